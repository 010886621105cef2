import type pg from 'pg';
import type { EventStore } from '#event-sourcing';

/** How one projection is doing. */
export interface ProjectionStatus {
  readonly name: string;
  readonly position: bigint;
  /** Positions of the log that it has not taken in yet. */
  readonly lag: bigint;
  /** Age of the oldest event it has not taken in yet; 0 when there is none. */
  readonly lagSeconds: number;
  /** Events that wait behind a poison event, itself included. */
  readonly parked: number;
  /** Events per second of the last batch; 0 when there was none lately. */
  readonly eventsPerSecond: number;
  readonly secondsSinceAdvanced: number;
}

/** A view that is behind and has not moved for so long is stuck, not busy. */
const stuckSeconds = 30;
const recentSeconds = 10;

/** The state of the projections, from their checkpoints and the log: the same in whichever process it is asked. */
export async function statusOf(
  pool: pg.Pool,
  store: EventStore,
  names: readonly string[],
): Promise<ProjectionStatus[]> {
  const { rows } = await pool.query<{
    name: string;
    position: string;
    parked: number;
    rate: number;
    idle: number;
  }>(
    `SELECT name, coalesce(position, 0) AS position, coalesce(parked, 0) AS parked,
       coalesce(events_per_second, 0) AS rate,
       coalesce(extract(epoch FROM clock_timestamp() - advanced_at), 0)::float8 AS idle
     FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, place)
     LEFT JOIN projections.checkpoints USING (name)
     ORDER BY place`,
    [names],
  );
  const head = await store.head();
  return Promise.all(
    rows.map(async ({ name, position, parked, rate, idle }) => {
      const at = BigInt(position);
      const [next] = at < head ? await store.readAll(at, 1) : [];
      return {
        name,
        position: at,
        lag: next ? head - at : 0n,
        lagSeconds: next ? Math.max(0, (Date.now() - Date.parse(next.recordedAt)) / 1000) : 0,
        parked,
        eventsPerSecond: idle < recentSeconds ? rate : 0,
        secondsSinceAdvanced: idle,
      };
    }),
  );
}

/** What a person must look at, in words; nothing when the view is right or about to be. */
export function faultOfView(status: ProjectionStatus, problem?: Error): string | undefined {
  if (status.parked > 0) return `${status.parked} events are parked`;
  const isStuck = status.lagSeconds > stuckSeconds && status.secondsSinceAdvanced > stuckSeconds;
  if (isStuck) return `${status.lag} positions behind and not moving${problem ? `: ${problem.message}` : ''}`;
  return problem?.name === 'CheckpointLost' || problem?.name === 'LogRewound' ? problem.message : undefined;
}

import type pg from 'pg';
import type { EventStore, RecordedEvent } from '#event-sourcing';
import { nextOf, oldOf } from './beside.js';
import type { Projection } from './projection.js';

/** How one projection is doing. */
export interface ProjectionStatus {
  readonly name: string;
  readonly position: bigint;
  /** Whether its rows were made by the projection as this program has it. */
  readonly isOfThisShape: boolean;
  /** Whether the log holds the event it stands on: not so when the log was restored to an older state. */
  readonly isOfThisLog: boolean;
  /** Positions of the log that it has not taken in yet. */
  readonly lag: bigint;
  /** Age of the oldest event it has not taken in yet; 0 when there is none. */
  readonly lagSeconds: number;
  /** Events that wait behind a poison event, itself included. */
  readonly parked: number;
  /** Events per second of the last batch; 0 when there was none lately. */
  readonly eventsPerSecond: number;
  /** Of a view that never advanced, the age of the oldest event. */
  readonly secondsSinceAdvanced: number;
}

/** A view that is behind and has not moved for so long is stuck, not busy. */
const stuckSeconds = 30;
const recentSeconds = 10;

interface CheckpointRow {
  readonly name: string;
  readonly position: string;
  readonly event_id: string | null;
  readonly shape: string | null;
  readonly parked: number;
  readonly rate: number;
  /** Null before the first batch. */
  readonly idle: number | null;
}

/** The state of the projections, from their checkpoints and the log: the same in whichever process it is asked. */
export async function statusOf(
  pool: pg.Pool,
  store: EventStore,
  projections: readonly Pick<Projection, 'name' | 'shape'>[],
): Promise<ProjectionStatus[]> {
  const { rows } = await pool.query<CheckpointRow>(
    `SELECT name, coalesce(position, 0) AS position, event_id, shape, coalesce(parked, 0) AS parked,
       coalesce(events_per_second, 0) AS rate,
       extract(epoch FROM clock_timestamp() - advanced_at)::float8 AS idle
     FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, ordinal)
     LEFT JOIN projections.checkpoints USING (name)
     ORDER BY ordinal`,
    [projections.map(({ name }) => name)],
  );
  const shapes = new Map(projections.map(({ name, shape }) => [name, shape]));
  const head = await store.head();
  // Views that are well stand on the same event, which is read once.
  const read = new Map<bigint, Promise<readonly RecordedEvent[]>>();
  const after = async (position: bigint) => {
    const page = read.get(position) ?? store.readAll(position, 1);
    read.set(position, page);
    return (await page)[0];
  };
  return Promise.all(rows.map((row) => statusAt(row, shapes.get(row.name), head, after)));
}

/** Of these projections, the views that a rebuild left beside them: what it replaced, and what it has not finished. */
export async function besideOf<P extends Pick<Projection, 'name'>>(
  pool: pg.Pool,
  projections: readonly P[],
): Promise<P[]> {
  const beside = projections.flatMap((projection) =>
    [nextOf, oldOf].map((nameOf) => ({ ...projection, name: nameOf(projection.name) })),
  );
  const { rows } = await pool.query<{ name: string }>(
    'SELECT name FROM projections.checkpoints WHERE name = ANY ($1)',
    [beside.map(({ name }) => name)],
  );
  return beside.filter((view) => rows.some(({ name }) => name === view.name));
}

async function statusAt(
  row: CheckpointRow,
  shape: string | undefined,
  head: bigint,
  after: (position: bigint) => Promise<RecordedEvent | undefined>,
): Promise<ProjectionStatus> {
  const { name, event_id, parked, rate } = row;
  const position = BigInt(row.position);
  const at = position > 0n ? await after(position - 1n) : undefined;
  const next = position < head ? await after(position) : undefined;
  const lagSeconds = next ? Math.max(0, (Date.now() - Date.parse(next.recordedAt)) / 1000) : 0;
  const idle = row.idle ?? lagSeconds;
  return {
    name,
    position,
    isOfThisShape: position === 0n || row.shape === shape,
    isOfThisLog: position === 0n || (at?.position === position && at.id === event_id),
    lag: next ? head - position : 0n,
    lagSeconds,
    parked,
    eventsPerSecond: idle < recentSeconds ? rate : 0,
    secondsSinceAdvanced: idle,
  };
}

/** The event that a parked stream waits for. */
export interface FirstParked {
  readonly projection: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  /** What was wrong when it was tried last. */
  readonly fault: string;
  /** Events of the stream that are parked, itself included. */
  readonly parked: number;
}

/** More streams than a person can look at are not listed. */
export const parkedStreamsMax = 100;

/** The first event of each parked stream, in the order of the log; of `parkedStreamsMax` streams at most. */
export async function firstParked(pool: pg.Pool, names: readonly string[]): Promise<FirstParked[]> {
  const { rows } = await pool.query<FirstParked>(
    `SELECT projection, stream, revision, type, coalesce(fault, '') AS fault, parked FROM (
       SELECT DISTINCT ON (projection, stream) projection, stream, revision, type, fault, position,
         count(*) OVER (PARTITION BY projection, stream)::integer AS parked
       FROM projections.parked WHERE projection = ANY ($1)
       ORDER BY projection, stream, position) AS first
     ORDER BY position, projection LIMIT ${parkedStreamsMax}`,
    [names],
  );
  return rows;
}

/** What a person must look at, in words; nothing when the view is right or about to be. */
export function faultOfView(status: ProjectionStatus, problem?: Error): string | undefined {
  if (status.parked > 0) return `${status.parked} events are parked`;
  const remedy = `run inquest projections rebuild ${status.name}`;
  if (!status.isOfThisShape) return `its rows were made by another version: ${remedy}`;
  if (!status.isOfThisLog)
    return `stands at position ${status.position} on an event that the log does not hold: ${remedy}`;
  const isStuck = status.lagSeconds > stuckSeconds && status.secondsSinceAdvanced > stuckSeconds;
  if (isStuck) return `${status.lag} positions behind and not moving${problem ? `: ${problem.message}` : ''}`;
  return problem?.name === 'LogRewound' ? problem.message : undefined;
}

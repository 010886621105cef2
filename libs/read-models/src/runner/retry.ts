import { type EventStore, type RecordedEvent, UndecodableEvent } from '#event-sourcing';
import { faultOf, lockedCheckpoint, type Target } from './apply-batch.js';
import type { Rows } from './projection.js';
import { inTransaction } from './transaction.js';

/** Parked events tried in one transaction; while it lasts the projection waits. */
const retriedMax = 500;

export interface RetryOutcome {
  readonly processed: number;
  readonly stillParked: number;
}

/**
 * Tries the parked events again, each stream in order from its first, with today's program. A stream that fails again
 * stays parked from there on. May run beside the runner of this or another process. Throws `WriteUnavailable`.
 */
export async function retryParked(target: Target, store: EventStore): Promise<RetryOutcome> {
  return retryAll(target, store, await firstParked(target));
}

/**
 * The same, for what was parked only because a program of then did not know the type, and this one does. So an upgrade
 * needs nobody's hand. Throws `WriteUnavailable`.
 */
export async function retryNewlyKnown(target: Target, store: EventStore): Promise<RetryOutcome> {
  const first = await firstParked(target);
  const known = first.filter(
    (event) => event.fault?.startsWith(`${UndecodableEvent.name}:`) && target.decoder.knows(event),
  );
  return retryAll(target, store, known);
}

interface FirstParked {
  readonly stream: string;
  readonly type: string;
  readonly fault: string | null;
}

/** The event that each parked stream waits for. */
function firstParked({ pool, name }: Target): Promise<FirstParked[]> {
  return inTransaction(pool, name, (rows) =>
    rows.query<FirstParked>(
      `SELECT stream, type, fault FROM (
         SELECT DISTINCT ON (stream) stream, type, fault, position FROM projections.parked
         WHERE projection = $1 ORDER BY stream, position) AS first
       ORDER BY position`,
      [name],
    ),
  );
}

async function retryAll(
  target: Target,
  store: EventStore,
  streams: readonly FirstParked[],
): Promise<RetryOutcome> {
  let processed = 0;
  for (const { stream } of streams) {
    for (let more = true; more;) {
      const step = await retryStream(target, store, stream);
      processed += step.processed;
      more = step.processed === retriedMax;
    }
  }
  const { parked } = await inTransaction(target.pool, target.name, (rows) => lockedCheckpoint(target, rows));
  return { processed, stillParked: parked };
}

/** The lock on the checkpoint keeps the runner from parking more of the stream meanwhile. */
async function retryStream(
  target: Target,
  store: EventStore,
  stream: string,
): Promise<{ processed: number }> {
  return inTransaction(target.pool, target.name, async (rows) => {
    await lockedCheckpoint(target, rows);
    const parked = await rows.query<{ revision: number }>(
      `SELECT revision FROM projections.parked WHERE projection = $1 AND stream = $2 ORDER BY position LIMIT $3`,
      [target.name, stream, retriedMax],
    );
    const [first, last] = [parked.at(0), parked.at(-1)];
    if (!first || !last) return { processed: 0 };
    const done: bigint[] = [];
    const range = { from: first.revision, to: last.revision };
    trying: for await (const page of store.readStream(stream, range))
      for (const event of page) {
        const fault = await faultOf(target, rows, [event]);
        if (fault !== undefined) {
          await noteFault(rows, target.name, event, fault);
          break trying;
        }
        done.push(event.position);
      }
    await unpark(rows, target.name, done);
    return { processed: done.length };
  });
}

async function noteFault(
  rows: Rows,
  name: string,
  { position }: RecordedEvent,
  fault: string,
): Promise<void> {
  await rows.query('UPDATE projections.parked SET fault = $3 WHERE projection = $1 AND position = $2', [
    name,
    String(position),
    fault,
  ]);
}

async function unpark(rows: Rows, name: string, positions: readonly bigint[]): Promise<void> {
  if (positions.length === 0) return;
  await rows.query('DELETE FROM projections.parked WHERE projection = $1 AND position = ANY ($2)', [
    name,
    positions.map(String),
  ]);
  await rows.query('UPDATE projections.checkpoints SET parked = parked - $2 WHERE name = $1', [
    name,
    positions.length,
  ]);
}

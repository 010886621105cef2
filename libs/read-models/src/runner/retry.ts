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
  return retryAll(target, store, await firstParked(target, '%'));
}

/**
 * The same, for what was parked only because a program of then did not know the type, and this one does. So an upgrade
 * needs nobody's hand. Throws `WriteUnavailable`.
 */
export async function retryNewlyKnown(target: Target, store: EventStore): Promise<RetryOutcome> {
  const unknownThen = await firstParked(target, `${UndecodableEvent.name}:%`);
  return retryAll(
    target,
    store,
    unknownThen.filter((event) => target.decoder.knows(event)),
  );
}

interface FirstParked {
  readonly stream: string;
  readonly type: string;
}

/** The event that each parked stream waits for, where its fault is like this. */
function firstParked({ pool, name }: Target, fault: string): Promise<FirstParked[]> {
  return inTransaction(pool, name, (rows) =>
    rows.query<FirstParked>(
      `SELECT stream, type FROM projections.parked first
       WHERE projection = $1 AND coalesce(fault, '') LIKE $2 AND NOT EXISTS (
         SELECT FROM projections.parked earlier
         WHERE (earlier.projection, earlier.stream) = (first.projection, first.stream)
           AND earlier.position < first.position)
       ORDER BY position`,
      [name, fault],
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
    for (let step = retriedMax; step === retriedMax;) {
      step = await retryStream(target, store, stream);
      processed += step;
    }
  }
  const { parked } = await inTransaction(target.pool, target.name, (rows) => lockedCheckpoint(target, rows));
  return { processed, stillParked: parked };
}

/**
 * How many were processed. The lock on the checkpoint keeps the runner from parking more of the stream meanwhile. Between
 * parked events of a stream there may be others that are in the rows: an event whose task failed is parked afterwards.
 */
async function retryStream(target: Target, store: EventStore, stream: string): Promise<number> {
  return inTransaction(target.pool, target.name, async (rows) => {
    await lockedCheckpoint(target, rows);
    const parked = await rows.query<{ revision: number }>(
      `SELECT revision FROM projections.parked WHERE projection = $1 AND stream = $2 ORDER BY position LIMIT $3`,
      [target.name, stream, retriedMax],
    );
    const [first, last] = [parked.at(0), parked.at(-1)];
    if (!first || !last) return 0;
    const revisions = new Set(parked.map(({ revision }) => revision));
    const done: bigint[] = [];
    const range = { from: first.revision, to: last.revision };
    trying: for await (const page of store.readStream(stream, range))
      for (const event of page) {
        if (!revisions.has(event.revision)) continue;
        const fault = await faultOf(target, rows, [event]);
        if (fault !== undefined) {
          await noteFault(rows, target.name, event, fault);
          break trying;
        }
        done.push(event.position);
      }
    await unpark(rows, target.name, done);
    return done.length;
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
  await rows.query(
    `WITH gone AS (
       DELETE FROM projections.parked WHERE projection = $1 AND position = ANY ($2) RETURNING position)
     UPDATE projections.checkpoints SET parked = parked - (SELECT count(*) FROM gone) WHERE name = $1`,
    [name, positions.map(String)],
  );
}

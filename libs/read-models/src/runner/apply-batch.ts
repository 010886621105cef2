import type pg from 'pg';
import type { RecordedEvent } from '#event-sourcing';
import {
  advance,
  type Checkpoint,
  lockCheckpoint,
  NoSuchView,
  park,
  type ParkedEvent,
  parkedEvent,
  parkedStreams,
  passOver,
  ShapeChanged,
} from './checkpoints.js';
import type { KeptFolds } from './kept-folds.js';
import type { Decoder, Projection, Rows } from './projection.js';
import { inTransaction, rowsIn, WriteUnavailable } from './transaction.js';

/** A projection at work on the tables of one schema: its own, or one beside it that a rebuild made. */
export interface Target {
  readonly projection: Projection;
  /** Names the schema and the checkpoint. */
  readonly name: string;
  readonly pool: pg.Pool;
  readonly decoder: Decoder;
}

/**
 * Its checkpoint, locked until the transaction ends. Only the projection's own begins by itself. Throws `ShapeChanged`
 * and `NoSuchView`.
 */
export function lockedCheckpoint({ name, projection }: Target, rows: Rows): Promise<Checkpoint> {
  return lockCheckpoint(rows, name, projection.shape, { mayBegin: name === projection.name });
}

export interface BatchOutcome {
  /** The checkpoint now: at the batch's end, or further if another process is. */
  readonly position: bigint;
  readonly parked: number;
  /** What went wrong with the batch as a whole, when it had to be taken apart. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly error: Error;
  /** The events that turned out to be poison, and those that wait for them now; none if only the whole failed. */
  readonly parked: readonly ParkedEvent[];
}

/** The batch begins after the checkpoint's next event: somebody moved the checkpoint back, and the feed must follow. */
export class FeedAhead extends Error {
  override readonly name = 'FeedAhead';
}

/**
 * Takes one batch of the log, everything that follows `after`, into rows and checkpoint in one transaction, or nothing
 * of it. Events that the checkpoint has passed are dropped, so a batch that comes again, or comes to several processes,
 * counts once. `place` is where the feed goes on behind the batch, and is kept with the checkpoint. Throws
 * `WriteUnavailable`, `FeedAhead`, `ShapeChanged` and `NoSuchView`; whatever else goes wrong is an event's fault and
 * parks it.
 */
export async function applyBatch(
  target: Target,
  after: bigint,
  batch: readonly RecordedEvent[],
  place: string | null = null,
): Promise<BatchOutcome> {
  const last = batch.at(-1);
  if (last && !batch.some((event) => mayConcern(target, event))) {
    // Most batches say nothing to most projections: a transaction of four round trips each would be for nothing.
    const { name, projection, pool } = target;
    const of = { name, shape: projection.shape };
    if (await passOver(rowsIn(pool), of, after, last, { events: batch.length, place }))
      return { position: last.position, parked: 0 };
  }
  try {
    return await applyBy(allAtOnce, target, { after, batch, place });
  } catch (thrown) {
    if (isNoEventsFault(thrown)) throw thrown;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const parked: ParkedEvent[] = [];
    // One of them is poison. Which one shows when parts are tried by themselves.
    const outcome = await applyBy(
      async (...work) => {
        parked.push(...(await inParts(...work)));
        return parked;
      },
      target,
      { after, batch, place },
    );
    return { ...outcome, failure: { error, parked } };
  }
}

/** Whether it would go wrong with any event. */
export const isNoEventsFault = (thrown: unknown) =>
  [WriteUnavailable, FeedAhead, ShapeChanged, NoSuchView].some((known) => thrown instanceof known);

type Apply = (target: Target, rows: Rows, events: readonly RecordedEvent[]) => Promise<ParkedEvent[]>;

interface PlacedBatch {
  readonly after: bigint;
  readonly batch: readonly RecordedEvent[];
  readonly place: string | null;
}

async function applyBy(
  apply: Apply,
  target: Target,
  { after, batch, place }: PlacedBatch,
): Promise<BatchOutcome> {
  return inTransaction(target.pool, target.name, async (rows) => {
    const checkpoint = await checkpointFrom(target, after, rows);
    return advanced(target, checkpoint, await taken(apply, target, checkpoint, batch, rows), rows, place);
  });
}

/** The checkpoint, locked. Throws `FeedAhead`. */
async function checkpointFrom(target: Target, after: bigint, rows: Rows): Promise<Checkpoint> {
  const checkpoint = await lockedCheckpoint(target, rows);
  if (checkpoint.position >= after) return checkpoint;
  throw new FeedAhead(`${target.name} is at ${checkpoint.position}, not ${after}`);
}

/** What of a batch, or of several, is in the rows, and not yet in the checkpoint. */
interface Taken {
  readonly events: number;
  readonly parked: number;
  readonly last: RecordedEvent | undefined;
}

async function taken(
  apply: Apply,
  target: Target,
  checkpoint: BatchOutcome,
  batch: readonly RecordedEvent[],
  rows: Rows,
): Promise<Taken> {
  const fresh = batch.filter(({ position }) => position > checkpoint.position);
  const streams = [...new Set(fresh.map(({ stream }) => stream))];
  const held = checkpoint.parked === 0 ? new Set<string>() : await parkedStreams(rows, target.name, streams);
  const waiting = fresh.filter(({ stream }) => held.has(stream)).map((event) => parkedEvent(event, null));
  const free = held.size === 0 ? fresh : fresh.filter(({ stream }) => !held.has(stream));
  const parked = [...waiting, ...(await apply(target, rows, free))];
  await park(rows, target.name, parked);
  return { events: fresh.length, parked: parked.length, last: fresh.at(-1) };
}

async function advanced(
  { name }: Target,
  checkpoint: BatchOutcome,
  { events, parked, last }: Taken,
  rows: Rows,
  place: string | null,
): Promise<BatchOutcome> {
  if (!last) return checkpoint;
  await advance(rows, name, last, { events, parked, place });
  return { position: last.position, parked: checkpoint.parked + parked };
}

/**
 * Takes in batches that follow each other, in one transaction, of a view that nobody else writes to. Throws what is
 * wrong with any of them; nothing of any is taken in then.
 */
export function applyTogether(
  target: Target,
  after: bigint,
  batches: AsyncIterable<readonly RecordedEvent[]>,
  kept: KeptFolds,
): Promise<BatchOutcome> {
  return inTransaction(target.pool, target.name, async (rows) => {
    const checkpoint = await checkpointFrom(target, after, rows);
    if (checkpoint.position > after) kept.forget(); // whoever brought it there moved them on
    let all: Taken = { events: 0, parked: 0, last: undefined };
    for await (const batch of batches) {
      const { events, parked, last } = await taken(allAtOnce, target, checkpoint, batch, { ...rows, kept });
      all = { events: all.events + events, parked: all.parked + parked, last: last ?? all.last };
    }
    await kept.flush();
    return advanced(target, checkpoint, all, rows, null);
  });
}

async function allAtOnce(target: Target, rows: Rows, events: readonly RecordedEvent[]) {
  const { projection, decoder } = target;
  const concerned = events.filter((event) => mayConcern(target, event));
  if (concerned.length > 0)
    await projection.project(
      concerned.map((event) => decoder.decode(event)),
      rows,
    );
  return [];
}

/** Whether it is for the projection, or nobody here can tell. */
function mayConcern({ projection, decoder }: Target, event: RecordedEvent): boolean {
  return projection.types.has(event.type) || !decoder.knows(event);
}

/**
 * Halves what fails until the poison stands alone: some twenty attempts for one among a thousand. An event whose stream
 * holds a poison before it is not tried.
 */
async function inParts(target: Target, rows: Rows, events: readonly RecordedEvent[]): Promise<ParkedEvent[]> {
  const parked: ParkedEvent[] = [];
  const held = new Set<string>();
  const untried: (readonly RecordedEvent[])[] = [events];
  for (let part = untried.pop(); part; part = untried.pop()) {
    parked.push(...part.filter(({ stream }) => held.has(stream)).map((event) => parkedEvent(event, null)));
    const free = part.filter(({ stream }) => !held.has(stream));
    const fault = await faultOf(target, rows, free);
    if (fault === undefined) continue;
    const [first, second] = free;
    if (first && !second) {
      held.add(first.stream);
      parked.push(parkedEvent(first, fault));
      continue;
    }
    const middle = Math.ceil(free.length / 2);
    untried.push(free.slice(middle), free.slice(0, middle));
  }
  return parked;
}

/** Applies events by themselves: nothing when it went well, else what was wrong, with its traces undone. */
export async function faultOf(
  target: Target,
  rows: Rows,
  events: readonly RecordedEvent[],
): Promise<string | undefined> {
  if (!events.some((event) => mayConcern(target, event))) return undefined;
  await rows.query('SAVEPOINT part');
  try {
    await allAtOnce(target, rows, events);
  } catch (error) {
    if (error instanceof WriteUnavailable) throw error;
    await rows.query('ROLLBACK TO SAVEPOINT part');
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  await rows.query('RELEASE SAVEPOINT part');
  return undefined;
}

import type { Pool } from 'pg';
import type { EventStore } from '#event-sourcing';
import type { Target } from './apply-batch.js';
import { clear, nextOf, takePlace } from './beside.js';
import { lockPosition, ShapeChanged } from './checkpoints.js';
import { type Comparison, comparisonBegun } from './compare.js';
import { Copy, type CopyBounds, type CopyProgress } from './copy.js';
import { nextView } from './next-view.js';
import { oneAtATime } from './one-at-a-time.js';
import { CheckpointLost, verifiedCheckpoint } from './projection-runner.js';
import type { Decoder, Projection } from './projection.js';
import { madeUpFor } from './put-off.js';
import { inTransaction } from './transaction.js';

export interface RebuildOptions {
  /** Of a login that may make and rename schemas. */
  readonly owner: Pool;
  readonly store: EventStore;
  readonly decoder: Decoder;
  /** Told when it begins, after every batch, and when it begins to do something else. */
  readonly progress?: (at: RebuildProgress) => void;
  /** Told why a stretch of events could not be taken in as a whole; what is poison in it is parked then. */
  readonly takenApart?: (why: Error) => void;
  readonly bounds?: CopyBounds;
}

export interface RebuildProgress extends CopyProgress {
  readonly doing: 'copying' | 'indexing' | 'comparing';
  /** Where an interrupted rebuild was gone on with; 0 when this one began with the first event. */
  readonly continuedFrom: bigint;
}

export interface RebuildOutcome {
  readonly position: bigint;
  readonly continuedFrom: bigint;
  readonly events: number;
  readonly parked: number;
  /** What the rows that were replaced turned out to be. */
  readonly comparison: Comparison;
  readonly durationMs: number;
}

/**
 * Builds a projection anew from the first event, in the schema `<name>_next`, while the live rows serve; compares the
 * two at one position, where the live rows are of the same shape; then takes their place in one transaction, in which
 * the live checkpoint is locked and the rest of the log applied, also when the two differ, for it is the log that
 * counts. What was replaced is kept as `<name>_old`. Killed anywhere, it leaves one of the two serving, and the next
 * rebuild goes on where it was. Throws `AlreadyRebuilding`, `WriteUnavailable`, `FeedAhead` (somebody set a checkpoint
 * back meanwhile) and the store's errors.
 */
export function rebuild(projection: Projection, options: RebuildOptions): Promise<RebuildOutcome> {
  return oneAtATime(options.owner, projection.name, () => build(projection, options));
}

async function build(projection: Projection, options: RebuildOptions): Promise<RebuildOutcome> {
  const { owner, store, decoder } = options;
  const { name } = projection;
  const live: Target = { projection, name, pool: owner, decoder };
  const next: Target = { ...live, name: nextOf(name) };
  const startedAt = performance.now();
  await inTransaction(owner, name, (rows) => clear(rows, name));
  const begun = await nextView(next, store);
  let at = { position: begun.position, head: await store.head(), eventsPerSecond: 0 };
  const tell = (doing: RebuildProgress['doing']) =>
    options.progress?.({ ...at, doing, continuedFrom: begun.position });
  tell('copying');
  const progress = (now: CopyProgress) => {
    at = now;
    tell('copying');
  };
  const copy = new Copy(next, begun, { ...options, isAlone: true, progress });
  const reason = await incomparable(live, store);
  const livePosition = async () => (await verifiedCheckpoint(live, store)).position;
  await copy.nearly(reason === undefined ? livePosition : () => store.head());
  tell('indexing');
  await madeUpFor(owner, next.name, begun.putOff);
  const comparison =
    reason === undefined
      ? await compare(live, next, copy, livePosition, () => tell('comparing'))
      : { notCompared: reason };
  await copy.nearly(() => store.head());
  await inTransaction(owner, name, async (rows) => {
    // What came meanwhile is less than a page or so, and while the live checkpoint is locked it does not move on.
    await copy.until(await lockPosition(rows, name, projection.shape));
    await takePlace(rows, name);
  });
  await inTransaction(owner, name, (rows) => clear(rows, name));
  const durationMs = performance.now() - startedAt;
  return { ...copy.copied, continuedFrom: begun.position, comparison, durationMs };
}

/** Copies as far as the live view is, and compares; the live view is held up no longer than the last page takes. */
async function compare(
  live: Target,
  next: Target,
  copy: Copy,
  livePosition: () => Promise<bigint>,
  begin: () => void,
): Promise<Comparison> {
  const { pool, name, projection } = live;
  await copy.nearly(livePosition);
  const comparison = await inTransaction(pool, name, async (rows) => {
    const position = await lockPosition(rows, name, projection.shape);
    await copy.until(position);
    if (copy.copied.position !== position) return undefined;
    begin();
    const { changedByOthers: except = [] } = projection;
    return comparisonBegun(pool, { live: name, rebuilt: next.name, position, except });
  });
  return (await comparison?.()) ?? { notCompared: `it is behind position ${copy.copied.position}` };
}

async function incomparable(live: Target, store: EventStore): Promise<string | undefined> {
  try {
    const { position } = await verifiedCheckpoint(live, store);
    return position === 0n ? 'it held nothing yet' : undefined;
  } catch (error) {
    if (error instanceof ShapeChanged) return 'its rows were made by another version';
    if (error instanceof CheckpointLost) return 'it stood on an event that the log does not hold';
    throw error;
  }
}

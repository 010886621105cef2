import type { Target } from './apply-batch.js';
import { changePlaces, clear, hasSchema, makeGone, oldOf } from './beside.js';
import { lockPosition, NoSuchView, ShapeChanged } from './checkpoints.js';
import { Copy, type CopyProgress } from './copy.js';
import { oneAtATime } from './one-at-a-time.js';
import { verifiedCheckpoint } from './projection-runner.js';
import type { Projection } from './projection.js';
import type { RebuildOptions } from './rebuild.js';
import { inTransaction } from './transaction.js';

export interface SwitchOptions extends Omit<RebuildOptions, 'progress'> {
  readonly progress?: (at: CopyProgress) => void;
}

export interface SwitchOutcome {
  readonly position: bigint;
  /** In the view that serves now. */
  readonly parked: number;
}

/**
 * Lets the view that a rebuild replaced serve again, and keeps the other in its place, so that doing it twice changes
 * nothing. Brings it up to the position of the one that serves, if it is not there, and switches in one transaction:
 * killed anywhere, one of the two serves. Throws `NoSuchView`, `ShapeChanged` when it is not of this program's shape,
 * `CheckpointLost`, `AlreadyRebuilding`, `WriteUnavailable` and the store's errors.
 */
export function switchBack(projection: Projection, options: SwitchOptions): Promise<SwitchOutcome> {
  const { owner, store, decoder } = options;
  const { name } = projection;
  return oneAtATime(owner, name, async () => {
    const old: Target = { projection, name: oldOf(name), pool: owner, decoder };
    await inTransaction(owner, name, (rows) => clear(rows, name));
    const copy = new Copy(old, await verifiedCheckpoint(old, store).catch(ofAnotherVersion), {
      ...options,
      isAlone: false,
    });
    await copy.nearly(() => store.head());
    return inTransaction(owner, name, async (rows) => {
      await copy.until(await lockPosition(rows, name, projection.shape));
      await changePlaces(rows, name);
      const { position, parked } = copy.copied;
      return { position, parked };
    });
  });
}

function ofAnotherVersion(thrown: unknown): never {
  if (!(thrown instanceof ShapeChanged)) throw thrown;
  const message = 'what was replaced was made by another version, whose program can switch back to it';
  throw new ShapeChanged(message, { cause: thrown });
}

/** Ends the view that a rebuild replaced. Throws `NoSuchView`, `AlreadyRebuilding` and `WriteUnavailable`. */
export function dropOld({ name }: Projection, { owner }: Pick<SwitchOptions, 'owner'>): Promise<void> {
  return oneAtATime(owner, name, async () => {
    await inTransaction(owner, name, (rows) => clear(rows, name));
    await inTransaction(owner, name, async (rows) => {
      if (!(await hasSchema(rows, oldOf(name)))) throw new NoSuchView(`there is no ${oldOf(name)}`);
      await makeGone(rows, name, oldOf(name));
    });
    await inTransaction(owner, name, (rows) => clear(rows, name));
  });
}

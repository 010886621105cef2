import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { type EventStore, oneAhead, type RecordedEvent } from '#event-sourcing';
import { applyBatch, type Failure, FeedAhead, lockedCheckpoint, type Target } from './apply-batch.js';
import { oldOf } from './beside.js';
import { type Checkpoint, NoSuchView, ShapeChanged } from './checkpoints.js';
import { oldViewsOf } from './old-views.js';
import type { Decoder, Projection } from './projection.js';
import { retryNewlyKnown } from './retry.js';
import { inTransaction, WriteUnavailable } from './transaction.js';
import type { ViewPositions } from './view-positions.js';

/** Events in log order: everything that follows `after`, up to the last of them. */
export interface FedBatch {
  readonly after: bigint;
  readonly events: readonly RecordedEvent[];
  /** Where the feed goes on behind the batch, in its own words; given back to it as part of the checkpoint. */
  readonly place?: string;
}

/** What a feed is told of the projection that it feeds. */
export interface Fed {
  readonly name: string;
  /** Where to go on from, asked whenever the feed begins anew. Rejects when the projection cannot go on at all. */
  readonly checkpoint: () => Promise<Pick<Checkpoint, 'position' | 'eventId' | 'place'>>;
  readonly signal: AbortSignal;
}

/** Everything after the checkpoint, in batches; goes on until the signal aborts. */
export type Feed = (of: Fed) => AsyncIterable<FedBatch>;

/** The store's own subscription. */
export function storeFeed(store: Pick<EventStore, 'subscribe'>): Feed {
  return async function* ({ checkpoint, signal }) {
    let { position: after } = await checkpoint();
    for await (const events of store.subscribe(after, signal)) {
      yield { after, events };
      after = events.at(-1)?.position ?? after;
    }
  };
}

export interface RunnerOptions {
  readonly pool: pg.Pool;
  readonly projections: readonly Projection[];
  readonly decoder: Decoder;
  readonly store: EventStore;
  /** Where events come from; the store's own subscription unless told otherwise. */
  readonly feed?: Feed;
  readonly positions: ViewPositions;
  readonly observe?: RunnerObserver;
  readonly retryMs?: { readonly first: number; readonly max: number };
  /** How often it looks for views that a rebuild replaced. */
  readonly lookForOldMs?: number;
}

export interface RunnerObserver {
  /** A batch is in rows and checkpoint. */
  projected?(of: { projection: string; events: number; parked: number; durationMs: number }): void;
  /** A batch failed as a whole and was taken apart; what turned out to be poison is parked, and the rest is taken in. */
  failed?(of: { projection: string; events: number } & Failure): void;
  /** A projection does not go on until what is wrong is put right; it is tried again with growing pauses. */
  interrupted?(of: { projection: string; error: Error }): void;
}

/** A feed goes on until it is told to stop; one that ends is taken up again after a pause. */
export class FeedEnded extends Error {
  override readonly name = 'FeedEnded';
}

/** The log no longer holds the event a projection stands on: it was restored to an older state. Rebuild the view. */
export class CheckpointLost extends Error {
  override readonly name = 'CheckpointLost';
}

/**
 * Keeps every projection up to date, each with its own reader, so that a slow or broken one delays no other; also what a
 * rebuild replaced, if it is of this program's shape. All state is in PostgreSQL: a runner may be killed anywhere, and
 * any number of processes may run the same projections, which then take turns batch by batch. It holds two batches of
 * each view in memory, and no more.
 */
export class ProjectionRunner {
  readonly #stopping = new AbortController();
  readonly #problems = new Map<string, Error>();
  /** Aborts when what the views hold is no longer certain; each then starts again from its checkpoint. */
  #doubting = new AbortController();
  #loops: Promise<unknown> | undefined;

  constructor(private readonly options: RunnerOptions) {
    // Each view listens to it, and there may be any number of them.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** What keeps projections from going on, by name; empty when all is well. */
  get problems(): ReadonlyMap<string, Error> {
    return this.#problems;
  }

  start(): void {
    if (this.#loops) return;
    this.options.pool.on('error', this.#doubt);
    const views = this.options.projections.map((projection) => this.#keepUp(projection, projection.name));
    this.#loops = Promise.all([...views, this.#keepOldUp()]);
  }

  /** Resolves when the batches under way are committed or undone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loops;
    this.options.pool.off('error', this.#doubt);
  }

  /**
   * A connection was lost, maybe with the server. Commits do not wait for the disk, so a server that was killed may have
   * forgotten the newest rows and their checkpoints, also those of a view that has nothing to do now.
   */
  readonly #doubt = (): void => {
    for (const { name } of this.options.projections) this.options.positions.doubted(name);
    const doubted = this.#doubting;
    this.#doubting = new AbortController();
    doubted.abort();
  };

  /** What a rebuild replaced comes and goes by whatever process; it is fed while it is there. */
  async #keepOldUp(): Promise<void> {
    const { pool, projections, lookForOldMs = 5_000 } = this.options;
    const { signal } = this.#stopping;
    const fed = new Map<string, Promise<void>>();
    while (!signal.aborted) {
      // While PostgreSQL is away there is nothing to feed.
      for (const projection of await oldViewsOf(pool, projections).catch(() => [])) {
        const name = oldOf(projection.name);
        const isFed = fed.get(name) ?? this.#keepUp(projection, name).finally(() => fed.delete(name));
        fed.set(name, isFed);
      }
      await delay(lookForOldMs, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(fed.values());
  }

  async #keepUp(projection: Projection, name: string): Promise<void> {
    const { pool, decoder, observe, retryMs = { first: 100, max: 5_000 } } = this.options;
    const target: Target = { projection, name, pool, decoder };
    const isServing = name === projection.name;
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#follow(target, () => (failures = 0));
      } catch (thrown) {
        if (thrown instanceof FeedAhead) continue;
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        // A view that was replaced is no longer there, or another program's: it is looked for again.
        if (!isServing && (error instanceof NoSuchView || error instanceof ShapeChanged)) break;
        this.#problems.set(name, error);
        if (isServing && error instanceof WriteUnavailable && error.isConnectionLost) this.#doubt();
        observe?.interrupted?.({ projection: name, error });
        const pauseMs = Math.min(retryMs.first * 2 ** failures, retryMs.max);
        failures += 1;
        await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      }
    }
    if (!isServing) this.#problems.delete(name);
  }

  /** From the checkpoint on, until the runner stops or the checkpoint is in doubt. However it ends, so does its feed. */
  async #follow(target: Target, wentWell: () => void): Promise<void> {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, this.#doubting.signal, ended.signal]);
    await this.#followUntil(signal, target, wentWell).finally(() => ended.abort());
  }

  async #followUntil(signal: AbortSignal, target: Target, wentWell: () => void): Promise<void> {
    const { store, observe, positions } = this.options;
    const { name, projection } = target;
    // What was replaced is nobody's consumer: it is fed from the store.
    const feed = (name === projection.name ? this.options.feed : undefined) ?? storeFeed(store);
    let position = 0n;
    let parked = 0;
    const checkpoint = async () => {
      const found = await verifiedCheckpoint(target, store);
      position = found.position;
      positions.advanced(name, position);
      this.#problems.delete(name);
      parked = await this.#parkedNow(target, 0, found.parked);
      return found;
    };
    for await (const { after, events, place } of oneAhead(feed({ name, checkpoint, signal }))) {
      const startedAt = performance.now();
      const outcome = await applyBatch(target, after, events, place);
      wentWell();
      position = events.at(-1)?.position ?? position;
      positions.advanced(name, outcome.position);
      if (outcome.failure) observe?.failed?.({ projection: name, events: events.length, ...outcome.failure });
      parked = await this.#parkedNow(target, parked, outcome.parked);
      const durationMs = performance.now() - startedAt;
      observe?.projected?.({ projection: name, events: events.length, parked: outcome.parked, durationMs });
      if (signal.aborted) return;
    }
    if (!signal.aborted) throw new FeedEnded(`the feed of ${name} ended at position ${position}`);
  }

  /**
   * While an upgrade rolls, a process of the older program parks what this one knows: it is taken up at once. Gives what
   * is left of those events; what is parked meanwhile makes another number.
   */
  async #parkedNow(target: Target, before: number, now: number): Promise<number> {
    if (now === 0 || now === before) return now;
    const { processed } = await retryNewlyKnown(target, this.options.store);
    return now - processed;
  }
}

/**
 * The checkpoint, if the log still holds the event it stands on. Throws `CheckpointLost`, `ShapeChanged` and
 * `NoSuchView`.
 */
export async function verifiedCheckpoint(target: Target, store: EventStore): Promise<Checkpoint> {
  const { pool, name } = target;
  const checkpoint = await inTransaction(pool, name, (rows) => lockedCheckpoint(target, rows));
  if (checkpoint.position === 0n) return checkpoint;
  const [event] = await store.readAll(checkpoint.position - 1n, 1);
  if (event?.position !== checkpoint.position || event.id !== checkpoint.eventId)
    throw new CheckpointLost(
      `${name} stands on event ${checkpoint.eventId} at position ${checkpoint.position}, ` +
        `where the log holds ${event?.position === checkpoint.position ? event.id : 'nothing'}`,
    );
  return checkpoint;
}

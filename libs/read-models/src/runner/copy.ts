import { type EventStore, oneAhead, type RecordedEvent } from '#event-sourcing';
import { applyBatch, applyTogether, type BatchOutcome, isNoEventsFault, type Target } from './apply-batch.js';
import { KeptFolds } from './kept-folds.js';

/** How far a view is that is made, or brought up to date, from the store. */
export interface Copied {
  readonly position: bigint;
  /** Taken in since it was begun or gone on with. */
  readonly events: number;
  readonly parked: number;
}

export interface CopyProgress {
  readonly position: bigint;
  /** Where it goes on to. */
  readonly head: bigint;
  readonly eventsPerSecond: number;
}

export interface CopyBounds {
  /** Given to a projection at a time; a store may give fewer. */
  readonly batchEventsMax: number;
  /** Taken in by one transaction, and up to a batch more: what is done again after a rebuild was killed. */
  readonly stretchEventsMax: number;
  /** By how many events the folds may have been made that are kept. */
  readonly keptEventsMax: number;
}

const bounds: CopyBounds = { batchEventsMax: 1_000, stretchEventsMax: 150_000, keptEventsMax: 50_000 };

export interface CopyOptions {
  readonly store: EventStore;
  /** Nobody else writes to the view, also not between two transactions. */
  readonly isAlone: boolean;
  readonly bounds?: CopyBounds;
  /** Told after every batch. */
  readonly progress?: (at: CopyProgress) => void;
  /** Told why a stretch could not be taken in as a whole; what is poison in it is parked then. */
  readonly takenApart?: (why: Error) => void;
}

/** Takes the log into a view from the store, as far as it is told to. */
export class Copy {
  #copied: Copied;
  #spentMs = 0;
  readonly #bounds: CopyBounds;
  readonly #kept: KeptFolds;

  constructor(
    private readonly target: Target,
    from: { readonly position: bigint; readonly parked: number },
    private readonly options: CopyOptions,
  ) {
    this.#bounds = options.bounds ?? bounds;
    this.#kept = new KeptFolds(this.#bounds.keptEventsMax);
    this.#copied = { position: from.position, parked: from.parked, events: 0 };
  }

  get copied(): Copied {
    return this.#copied;
  }

  /** Goes on until less than a batch is left to a position that may move on meanwhile. */
  async nearly(until: () => Promise<bigint>): Promise<void> {
    for (let batch = 0n; ; batch = BigInt(this.#bounds.batchEventsMax)) {
      const head = await until();
      const { position } = this.#copied;
      if (head - position <= batch) return;
      await this.until(head);
      if (this.#copied.position === position) return;
    }
  }

  /** Goes on exactly until a position, or the end of the log if that is before it. */
  async until(head: bigint): Promise<void> {
    for (let before = -1n; before < this.#copied.position && this.#copied.position < head;) {
      before = this.#copied.position;
      await this.#stretch(head);
    }
  }

  /** In one transaction, unless an event in it is poison: then batch by batch, which parks it. */
  async #stretch(head: bigint): Promise<void> {
    const { position, events, parked } = this.#copied;
    if (!this.options.isAlone) this.#kept.forget();
    let startedAt = performance.now();
    let taken = 0;
    const told = (at: bigint) => {
      this.#spentMs += performance.now() - startedAt;
      startedAt = performance.now();
      const eventsPerSecond = (events + taken) / Math.max(this.#spentMs / 1000, 0.001);
      this.options.progress?.({ position: at, head, eventsPerSecond });
    };
    const counted = async function* (from: AsyncIterable<readonly RecordedEvent[]>) {
      taken = 0;
      for await (const batch of from) {
        yield batch;
        taken += batch.length;
        told(batch.at(-1)?.position ?? position);
      }
    };
    const batches = () => counted(oneAhead(batchesOf(this.options.store, position, head, this.#bounds)));
    let outcome: BatchOutcome = { position, parked };
    try {
      outcome = await applyTogether(this.target, position, batches(), this.#kept);
    } catch (thrown) {
      this.#kept.forget();
      if (isNoEventsFault(thrown)) throw thrown;
      this.options.takenApart?.(thrown instanceof Error ? thrown : new Error(String(thrown)));
      for await (const batch of batches()) outcome = await applyBatch(this.target, outcome.position, batch);
    }
    this.#copied = { ...outcome, events: events + taken };
  }
}

/** What follows `after`, as far as `until` and the bound of a stretch go. */
async function* batchesOf(store: EventStore, after: bigint, until: bigint, of: CopyBounds) {
  for (let [position, taken] = [after, 0]; position < until && taken < of.stretchEventsMax;) {
    const page: readonly RecordedEvent[] = await store.readAll(position, of.batchEventsMax);
    const last = page.at(-1);
    if (!last) return;
    position = last.position;
    taken += page.length;
    const batch = position <= until ? page : page.filter((event) => event.position <= until);
    if (batch.length > 0) yield batch;
  }
}

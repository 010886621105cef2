import { type EventStore, oneAhead, type RecordedEvent } from '#event-sourcing';
import { applyBatch, applyTogether, type BatchOutcome, FeedAhead, type Target } from './apply-batch.js';
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
  /** Given to a projection at a time. */
  readonly batchEventsMax: number;
  /** Taken in by one transaction: what is done again after a rebuild was killed. */
  readonly stretchEventsMax: number;
  /** By how many events the folds may have been made that are kept. */
  readonly keptEventsMax: number;
}

const bounds: CopyBounds = { batchEventsMax: 4_000, stretchEventsMax: 50_000, keptEventsMax: 30_000 };
const batchBytesMax = 8 * 1024 * 1024;
/** As much as a store gives at a time. */
const pageEventsMax = 1_000;

export interface CopyOptions {
  readonly store: EventStore;
  /** Nobody else writes to the view, also not between two transactions. */
  readonly isAlone: boolean;
  readonly bounds?: CopyBounds;
  /** Told after every batch. */
  readonly progress?: (at: CopyProgress) => void;
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
      if (head - this.#copied.position <= batch) return;
      await this.until(head);
    }
  }

  /** Goes on exactly until a position, or the end of the log if that is before it. */
  async until(head: bigint): Promise<void> {
    for (let before = -1n; before < this.#copied.position && this.#copied.position < head;) {
      before = this.#copied.position;
      const end = before + BigInt(this.#bounds.stretchEventsMax);
      await this.#stretch(end < head ? end : head, head);
    }
  }

  /** In one transaction, unless an event in it is poison: then batch by batch, which parks it. */
  async #stretch(end: bigint, head: bigint): Promise<void> {
    const { position, events, parked } = this.#copied;
    const { batchEventsMax } = this.#bounds;
    let startedAt = performance.now();
    let taken = 0;
    const told = (at: bigint) => {
      this.#spentMs += performance.now() - startedAt;
      startedAt = performance.now();
      const eventsPerSecond = (events + taken) / Math.max(this.#spentMs / 1000, 0.001);
      this.options.progress?.({ position: at, head, eventsPerSecond });
    };
    const counted = async function* (from: AsyncIterable<readonly RecordedEvent[]>) {
      for await (const batch of from) {
        yield batch;
        taken += batch.length;
        told(batch.at(-1)?.position ?? position);
      }
    };
    if (!this.options.isAlone) this.#kept.forget();
    const batches = () => counted(oneAhead(batchesOf(this.options.store, position, end, batchEventsMax)));
    const together = await applyTogether(this.target, position, batches(), this.#kept).catch(
      (thrown: unknown) => {
        this.#kept.forget();
        if (thrown instanceof FeedAhead) throw thrown;
        taken = 0;
      },
    );
    let outcome: BatchOutcome = together ?? { position, parked };
    if (!together)
      for await (const batch of batches()) outcome = await applyBatch(this.target, outcome.position, batch);
    this.#copied = { ...outcome, events: events + taken };
  }
}

async function* batchesOf(store: EventStore, after: bigint, until: bigint, batchEventsMax: number) {
  let [batch, bytes]: [RecordedEvent[], number] = [[], 0];
  for await (const page of pages(store, after, until)) {
    batch.push(...page);
    for (const { data, metadata } of page) bytes += data.length + metadata.length;
    if (batch.length < batchEventsMax && bytes < batchBytesMax) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

async function* pages(store: EventStore, after: bigint, until: bigint) {
  for (let position = after; position < until;) {
    const page: readonly RecordedEvent[] = await store.readAll(position, pageEventsMax);
    const last = page.at(-1);
    if (!last) return;
    position = last.position;
    yield position <= until ? page : page.filter((event) => event.position <= until);
  }
}

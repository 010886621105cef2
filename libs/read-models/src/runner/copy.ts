import { type EventStore, oneAhead, type RecordedEvent } from '#event-sourcing';
import { applyBatch, type Target } from './apply-batch.js';

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

const pageEventsMax = 2_000;

/** Takes the log into a view that nobody else writes to, from the store, as far as it is told to. */
export class Copy {
  #copied: Copied;
  #spentMs = 0;

  constructor(
    private readonly target: Target,
    from: { readonly position: bigint; readonly parked: number },
    private readonly store: EventStore,
    private readonly progress?: (at: CopyProgress) => void,
  ) {
    this.#copied = { position: from.position, parked: from.parked, events: 0 };
  }

  get copied(): Copied {
    return this.#copied;
  }

  /** Goes on until less than a page is left to a position that may move on meanwhile. */
  async nearly(until: () => Promise<bigint>): Promise<void> {
    for (let page = 0n; ; page = BigInt(pageEventsMax)) {
      const head = await until();
      if (head - this.#copied.position <= page) return;
      await this.until(head);
    }
  }

  /** Goes on exactly until a position, or the end of the log if that is before it. */
  async until(head: bigint): Promise<void> {
    if (this.#copied.position >= head) return;
    let startedAt = performance.now();
    for await (const page of oneAhead(pages(this.store, this.#copied.position, head))) {
      const { position, events } = this.#copied;
      const { position: now, parked } = await applyBatch(this.target, position, page);
      this.#copied = { position: now, parked, events: events + page.length };
      this.#spentMs += performance.now() - startedAt;
      startedAt = performance.now();
      const eventsPerSecond = this.#copied.events / Math.max(this.#spentMs / 1000, 0.001);
      this.progress?.({ position: now, head, eventsPerSecond });
    }
  }
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

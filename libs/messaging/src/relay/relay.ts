import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, oneAhead, type RecordedEvent } from '#event-sourcing';
import type { MessageBroker, OutgoingRecord, Producer } from '../message-broker.js';
import { messageBytesMax } from '../topics.js';
import type { Publication, Publishing } from './publication.js';
import { type Lease, LeaseLost, type MemoryChange, type Published, type RelayState } from './relay-state.js';

export interface RelayOptions {
  readonly store: EventStore;
  readonly broker: Pick<MessageBroker, 'producer'>;
  readonly state: RelayState;
  readonly publication: Publication;
  /** Names this process to whoever looks at who holds the lease. */
  readonly holder: string;
  /** The event that came last on a topic, whoever sent it and whether or not that was saved. */
  readonly newest?: () => Promise<Published | undefined>;
  /** Asked before each turn: whether the broker is as it has to be. Rejects when it is not. */
  readonly ready?: () => Promise<void>;
  readonly observe?: RelayObserver;
  readonly retryMs?: { readonly first: number; readonly max: number };
}

export interface RelayObserver {
  /** The broker has acknowledged all events up to this one. */
  published?(of: { publication: string; position: bigint; events: number; records: number }): void;
  /** This process begins to publish, after the position that was saved. */
  began?(of: { publication: string; position: bigint }): void;
  /** Publishing does not go on until what is wrong is put right; it is tried again with growing pauses. */
  interrupted?(of: { publication: string; error: Error }): void;
}

/** The log no longer holds an event that was published: it was restored to an older state. */
export class PublishedLost extends Error {
  override readonly name = 'PublishedLost';
}

/** Bounds of one batch: of what is sent at once, acknowledged at once, and repeated when the answer is lost. */
const batchEventsMax = 1_000;
const batchBytesMax = messageBytesMax / 2;
/** What a record needs beside its texts, at most. */
const recordOverheadBytes = 1_024;

/**
 * Publishes the log: what follows the saved position is sent, in order, and the position saved when the broker has it. Any
 * number of processes may run the same publication; one publishes, the others wait for its lease. Killed anywhere, the
 * next one goes on after the saved position: what was sent behind it comes again, and is dropped by its position.
 */
export class Relay {
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #problem: Error | undefined;
  #isPublishing = false;

  constructor(private readonly options: RelayOptions) {}

  /** What keeps it from publishing; nothing when all is well or another process publishes. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Whether this process holds the lease. */
  get isPublishing(): boolean {
    return this.#isPublishing;
  }

  get name(): string {
    return this.options.publication.name;
  }

  start(): void {
    this.#loop ??= this.#keepUp();
  }

  /** Resolves when what is under way is acknowledged and saved, or given up, and the lease is free. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #keepUp(): Promise<void> {
    const { observe, retryMs = { first: 100, max: 5_000 } } = this.options;
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#turn(() => {
          failures = 0;
          this.#problem = undefined;
        });
      } catch (thrown) {
        if (signal.aborted) return;
        if (thrown instanceof LeaseLost) continue;
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        this.#problem = error;
        observe?.interrupted?.({ publication: this.name, error });
        const pauseMs = Math.min(retryMs.first * 2 ** failures, retryMs.max);
        failures += 1;
        await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** From taking the lease to losing it. It goes well when something is published and saved, or nothing is left to be. */
  async #turn(wentWell: () => void): Promise<void> {
    const { state, broker, publication, holder, newest, ready, observe } = this.options;
    const lease = await state.lease(publication.name, holder, this.#stopping.signal, wentWell);
    try {
      await this.#demandInLog(lease.published);
      await ready?.();
      // The saved position is in the database, and is restored with it; what the broker has is not.
      await this.#demandInLog(await newest?.());
      const producer = await broker.producer();
      try {
        observe?.began?.({ publication: publication.name, position: lease.published.position });
        this.#isPublishing = true;
        await this.#publish(lease, producer, wentWell);
      } finally {
        this.#isPublishing = false;
        await producer.close().catch(() => undefined); // A producer that failed may fail in this, too.
      }
    } finally {
      await lease.release();
    }
  }

  async #demandInLog(published: Published | undefined): Promise<void> {
    if (published === undefined || published.position === 0n) return;
    const { position, eventId } = published;
    const [event] = await this.options.store.readAll(position - 1n, 1);
    if (event?.position === position && event.id === eventId) return;
    throw new PublishedLost(
      `event ${eventId} at position ${position} was published, and the log holds ` +
        `${event?.position === position ? event.id : 'nothing'} there: it was restored or failed over to an older state`,
    );
  }

  async #publish(lease: Lease, producer: Producer, wentWell: () => void): Promise<void> {
    const { store, publication, observe } = this.options;
    const signal = AbortSignal.any([this.#stopping.signal, lease.lost]);
    const publishing = publication.begin(lease.memory);
    let previous = lease.published.position;
    // The last batch is saved while the next is under way: an acknowledgement does not wait for the disk.
    let saving: Promise<void> = Promise.resolve();
    if ((await store.head()) <= previous) wentWell();
    for await (const page of oneAhead(store.subscribe(previous, signal))) {
      for (const batch of batchesOf(page, previous, publishing)) {
        if (signal.aborted) break;
        if (batch.records.length > 0) await producer.send(batch.records);
        await saving;
        const { published, change, events, records } = batch;
        previous = published.position;
        saving = lease.save(published, change).then(wentWell);
        saving.catch(() => undefined); // Whoever waits for it next is told.
        observe?.published?.({
          publication: publication.name,
          position: previous,
          events,
          records: records.length,
        });
      }
      if (signal.aborted) break;
    }
    await saving;
  }
}

interface Batch {
  readonly records: readonly OutgoingRecord[];
  /** The last event of the batch. */
  readonly published: Published;
  readonly change: MemoryChange;
  readonly events: number;
}

/**
 * A page of the log in batches that are sent whole. An event larger than a batch is one by itself. Throws what
 * `publishing` does after all that comes before it.
 */
function* batchesOf(page: readonly RecordedEvent[], after: bigint, publishing: Publishing): Generator<Batch> {
  let records: OutgoingRecord[] = [];
  let events = 0;
  let bytes = 0;
  let previous: RecordedEvent | undefined;
  const batch = (last: RecordedEvent): Batch => {
    const made = {
      records,
      published: { position: last.position, eventId: last.id },
      change: publishing.change(),
      events,
    };
    [records, events, bytes] = [[], 0, 0];
    return made;
  };
  for (const event of page) {
    const size = Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata) + recordOverheadBytes;
    if (previous && (events === batchEventsMax || bytes + size > batchBytesMax)) yield batch(previous);
    let record: OutgoingRecord | undefined;
    try {
      record = publishing.recordOf(event, previous?.position ?? after);
    } catch (error) {
      if (previous && events > 0) yield batch(previous);
      throw error;
    }
    if (record) {
      records.push(record);
      bytes += size;
    }
    events += 1;
    previous = event;
  }
  if (previous && events > 0) yield batch(previous);
}

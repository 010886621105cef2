import type { EventStore, RecordedEvent } from '#event-sourcing';
import { readInternalRecord, type Seal } from '../internal-event.js';
import type { IncomingRecord, MessageBroker } from '../message-broker.js';
import { internalTopic } from '../topics.js';

export interface InternalTopicFeedOptions {
  readonly broker: Pick<MessageBroker, 'follow'>;
  /** What counts where the topic has a gap. */
  readonly store: Pick<EventStore, 'readAll' | 'head'>;
  readonly seal: Seal;
  /** Up to where the relay has published. */
  readonly published: () => Promise<bigint>;
  /** Told of records that are no events of ours, once for those that came together; they are passed over. */
  readonly setAside?: (records: SetAside) => void;
  /** After how long without an event it is looked whether one should have come. */
  readonly idleMs?: number;
}

export interface SetAside {
  readonly projection: string;
  /** How many. */
  readonly records: number;
  /** Of the first of them, as is the fault. */
  readonly offset: bigint;
  readonly fault: string;
}

/** The topic is of a log that the store does not hold: the store was restored to an older state. */
export class TopicAhead extends Error {
  override readonly name = 'TopicAhead';
}

interface Fed {
  readonly name: string;
  readonly checkpoint: () => Promise<{ readonly position: bigint; readonly place: string | null }>;
  readonly signal: AbortSignal;
}

interface FedBatch {
  readonly after: bigint;
  readonly events: readonly RecordedEvent[];
  readonly place: string;
}

const idleMsDefault = 2_000;
const pageEventsMax = 1_000;
/** Consumer groups are stored names, and are never renamed. */
const groupOf = (projection: string): string => `inquest.projector.${projection}`;

/**
 * Feeds projections from the internal topic, each as a consumer group of its own, so that processes share them out and
 * stand by for each other. The order and the completeness are the log's: a record at or below the position is dropped;
 * one whose predecessor is not the position shows a gap, whatever made it (retention, a topic that was made anew, a
 * truncated one), and the gap is filled from the store; and what the relay has published and nothing has come of is
 * filled, too. So where the topic is read from is a matter of speed alone. A place is the offset to go on from.
 *
 * Throws `TopicAhead`, `BrokerUnavailable` and the store's errors; it may then be begun again.
 */
export function internalTopicFeed(options: InternalTopicFeedOptions) {
  const { broker, published, idleMs = idleMsDefault } = options;
  return async function* ({ name, checkpoint, signal }: Fed): AsyncGenerator<FedBatch, void, undefined> {
    const reading = new Reading(name, options);
    let due = 0n;
    let lookedAt = performance.now();
    for await (const item of broker.follow({ topic: internalTopic, group: groupOf(name), signal, idleMs })) {
      if (item.kind === 'turn') {
        const { position, place } = await checkpoint();
        const offset = place === null ? await item.end() : BigInt(place);
        reading.begin(position, offset);
        // Whatever stands before the end is in the log by now.
        if (place === null) yield* reading.fromStore(await options.store.head());
        item.goOnFrom(offset);
        due = 0n;
        lookedAt = performance.now();
        continue;
      }
      const { position } = reading;
      if (item.kind === 'records') yield* reading.records(item.records);
      if (reading.position > position) {
        lookedAt = performance.now();
      } else if (item.kind === 'idle' || performance.now() - lookedAt > idleMs) {
        // Nothing came, or nothing that is an event and new, whoever writes the rest.
        yield* reading.fromStore(due);
        due = await published();
        lookedAt = performance.now();
      }
    }
  };
}

/** How far one projection was fed. */
class Reading {
  #position = 0n;
  #offset = 0n;

  constructor(
    private readonly projection: string,
    private readonly options: InternalTopicFeedOptions,
  ) {}

  get position(): bigint {
    return this.#position;
  }

  begin(position: bigint, offset: bigint): void {
    this.#position = position;
    this.#offset = offset;
  }

  async *records(records: readonly IncomingRecord[]): AsyncGenerator<FedBatch, void, undefined> {
    let after = this.#position;
    let events: RecordedEvent[] = [];
    const faults: { readonly offset: bigint; readonly fault: string }[] = [];
    const batch = (): FedBatch => {
      const made = { after, events, place: String(this.#offset) };
      after = this.#position;
      events = [];
      return made;
    };
    for (const record of records) {
      const read = readInternalRecord(record, this.options.seal);
      if ('fault' in read) {
        faults.push({ offset: record.offset, fault: read.fault });
      } else if (read.event.position > this.#position) {
        if (read.previous > this.#position) {
          if (events.length > 0) yield batch();
          this.#offset = record.offset;
          yield* this.fromStore(read.previous);
          after = this.#position;
          if (this.#position < read.previous) throw aheadOf(this.projection, read.event, this.#position);
        }
        // The store may have given more than the gap.
        if (read.event.position > this.#position) {
          events.push(read.event);
          this.#position = read.event.position;
        }
      }
      this.#offset = record.offset + 1n;
    }
    const [first] = faults;
    if (first) this.options.setAside?.({ projection: this.projection, records: faults.length, ...first });
    if (events.length > 0) yield batch();
  }

  /** Up to a position at least, or to the end of the log. */
  async *fromStore(until: bigint): AsyncGenerator<FedBatch, void, undefined> {
    while (this.#position < until) {
      const after = this.#position;
      const events = await this.options.store.readAll(after, pageEventsMax);
      const last = events.at(-1);
      if (!last) return;
      this.#position = last.position;
      yield { after, events, place: String(this.#offset) };
    }
  }
}

function aheadOf(projection: string, { id, position }: RecordedEvent, known: bigint): TopicAhead {
  return new TopicAhead(
    `${internalTopic} holds event ${id} at position ${position}, and behind position ${known}, where ${projection} is, ` +
      'the log does not reach so far: it was restored or failed over to an older state, or is read from a replica that lags',
  );
}

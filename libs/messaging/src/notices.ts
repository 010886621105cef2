import type { MessageBroker, OutgoingRecord, Producer } from './message-broker.js';
import { parkedTopic } from './topics.js';

/** What somebody should know of: an event that a projection could not take in, or records that are no events of ours. */
export type Notice =
  | {
      readonly type: 'EventParked';
      readonly projection: string;
      readonly stream: string;
      readonly revision: number;
      readonly event: string;
      readonly eventType: string;
      /** The kind of fault, in a word; what is wrong with the event may quote it, and stands in the row only. */
      readonly fault: string;
    }
  | {
      readonly type: 'RecordSetAside';
      readonly projection: string;
      /** How many came together; offset and fault are of the first. */
      readonly records: number;
      readonly offset: string;
      readonly fault: string;
    };

const waitingMax = 1_000;

/**
 * Tells of it on the topic of parked events. Nothing depends on that: what is parked is a row, what is set aside is in the
 * log of the process, and both are measured. So a notice is given up when the broker cannot be reached, and nobody waits
 * for one. Notices point to events and hold nothing of them.
 */
export class Notices {
  #waiting: OutgoingRecord[] = [];
  #sending: Promise<void> | undefined;
  #producer: Producer | undefined;

  constructor(
    private readonly broker: Pick<MessageBroker, 'producer'>,
    private readonly source: string,
  ) {}

  tell(notice: Notice): void {
    if (this.#waiting.length >= waitingMax) return;
    this.#waiting.push(this.#recordOf(notice));
    this.#sending ??= this.#send();
  }

  /** Resolves when what waits was sent or given up. */
  async close(): Promise<void> {
    await this.#sending;
    await this.#producer?.close().catch(() => undefined); // It was of use until now.
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const records = this.#waiting;
      this.#waiting = [];
      try {
        this.#producer ??= await this.broker.producer();
        await this.#producer.send(records);
      } catch {
        // The rows and the log of the process say the same.
        await this.#producer?.close().catch(() => undefined);
        this.#producer = undefined;
      }
    }
    // Not a moment later: what is told then would wait for the next.
    this.#sending = undefined;
  }

  #recordOf({ type, ...data }: Notice): OutgoingRecord {
    return {
      topic: parkedTopic,
      headers: {
        ce_specversion: '1.0',
        ce_id: crypto.randomUUID(),
        ce_source: this.source,
        ce_type: type,
        ce_time: new Date().toISOString(),
        'content-type': 'application/json',
      },
      value: JSON.stringify(data),
    };
  }
}

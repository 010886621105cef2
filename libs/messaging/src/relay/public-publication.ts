import { decodeEvent, publicCategories, publicEventData, restrictionChange } from '#domain';
import { categoryOf, metadataOf, type RecordedEvent } from '#event-sourcing';
import { topicOf } from '#public-contract';
import { attributesOf } from '../cloud-event.js';
import type { OutgoingRecord } from '../message-broker.js';
import type { Publication, Publishing } from './publication.js';
import type { Memory, MemoryChange } from './relay-state.js';

/**
 * What may leave of the log, on the public topics, in the newest shape. What keeps an item or an account from all is
 * remembered as of each event, so that nothing depends on a view that may be late. Throws `UndecodableEvent` at an event
 * that only a newer version can read: relays are upgraded before what writes events.
 */
export function publicPublication(source: string): Publication {
  const topics = publicCategories.map(topicOf);
  return { name: 'public', topics, begin: (memory) => publishing(source, memory) };
}

function publishing(source: string, { lines }: Memory): Publishing {
  const restrictions = new Restrictions(lines);
  return {
    recordOf(recorded) {
      if (!published.has(categoryOf(recorded.stream))) return undefined;
      const event = decodeEvent(recorded);
      for (const change of restrictionChange(event)) restrictions.note(change);
      const { compartments } = metadataOf(recorded);
      const data = publicEventData(event, {
        compartments,
        isRestricted: (stream) => restrictions.isRestricted(stream),
      });
      return data && publicRecord({ ...recorded, schemaVersion: event.schemaVersion }, data, source);
    },
    change: () => restrictions.changeSinceLast(),
  };
}

const published = new Set(publicCategories);

function publicRecord(event: RecordedEvent, data: object, source: string): OutgoingRecord {
  const { stream, schemaVersion } = event;
  return {
    topic: topicOf(categoryOf(stream)),
    key: stream,
    headers: attributesOf(event, { source, schemaVersion }),
    value: JSON.stringify(data),
  };
}

/** Which streams are restricted now; one line of memory for each restriction in force. */
class Restrictions {
  readonly #inForce = new Map<string, Set<string>>();
  readonly #changed = new Map<string, boolean>();

  constructor(lines: ReadonlySet<string>) {
    for (const line of lines) {
      const [stream = '', restrictionId = ''] = line.split(' ');
      this.#of(stream).add(restrictionId);
    }
  }

  isRestricted(stream: string): boolean {
    return this.#inForce.has(stream);
  }

  note({ stream, restrictionId, restricts }: ReturnType<typeof restrictionChange>[number]): void {
    const inForce = this.#of(stream);
    if (restricts) inForce.add(restrictionId);
    else inForce.delete(restrictionId);
    if (inForce.size === 0) this.#inForce.delete(stream);
    this.#changed.set(`${stream} ${restrictionId}`, restricts);
  }

  changeSinceLast(): MemoryChange {
    const lines = [...this.#changed];
    this.#changed.clear();
    return {
      added: lines.filter(([, restricts]) => restricts).map(([line]) => line),
      removed: lines.filter(([, restricts]) => !restricts).map(([line]) => line),
    };
  }

  #of(stream: string): Set<string> {
    const known = this.#inForce.get(stream) ?? new Set<string>();
    this.#inForce.set(stream, known);
    return known;
  }
}

import {
  type Appended,
  assertAppendable,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  InvalidAppend,
  noStream,
  type RecordedEvent,
  RevisionConflict,
  type StreamName,
} from './event-store.js';

const pageEventsMax = 500;

/**
 * An event store in the memory of this process: for tests, and the reference that the contract's property tests hold
 * the other stores against. It keeps every guarantee of the port but durability. Pages hold up to 500 events.
 */
export function inMemoryEventStore(options: { now?: () => Date } = {}): EventStore {
  const { now = () => new Date() } = options;
  const log: RecordedEvent[] = [];
  const streams = new Map<StreamName, RecordedEvent[]>();
  const waiting = new Set<() => void>();
  let recordedAt = '';

  // One synchronous step: no other append can come in between.
  function append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
  ): Appended {
    assertAppendable(stream, expected, events);
    for (const event of events) assertJson(event);
    const recorded = streams.get(stream) ?? [];
    const actual = recorded.length - 1;
    if (actual !== expected) {
      const repeated = repeatOf(recorded, expected, events);
      if (!repeated) throw new RevisionConflict(stream, expected, recorded.length === 0 ? noStream : actual);
      return { revision: repeated.revision, position: repeated.position };
    }
    const time = now().toISOString();
    if (time > recordedAt) recordedAt = time;
    for (const { id, type, schemaVersion, data, metadata } of events) {
      const at = { stream, revision: recorded.length, position: BigInt(log.length + 1), recordedAt };
      const event = Object.freeze({ ...at, id, type, schemaVersion, data, metadata });
      recorded.push(event);
      log.push(event);
    }
    streams.set(stream, recorded);
    for (const wake of waiting) wake();
    return { revision: recorded.length - 1, position: BigInt(log.length) };
  }

  async function* readStream(stream: StreamName, range: { from?: number; to?: number } = {}) {
    const { from = 0, to = Number.POSITIVE_INFINITY } = range;
    for (let next = Math.max(from, 0); ; next += pageEventsMax) {
      const page = (streams.get(stream) ?? []).slice(
        next,
        Math.max(Math.min(next + pageEventsMax, to + 1), 0),
      );
      if (page.length === 0) return;
      yield page;
    }
  }

  const page = (after: bigint, limit: number) => {
    const first = after < 0n ? 0 : Number(after);
    return log.slice(first, first + Math.min(limit, pageEventsMax));
  };

  async function* subscribe(after: bigint, signal: AbortSignal) {
    let position = after;
    while (!signal.aborted) {
      const events = page(position, pageEventsMax);
      const last = events.at(-1);
      if (last) {
        position = last.position;
        yield events;
      } else await nextAppend(signal);
    }
  }

  function nextAppend(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  return {
    append: async (stream, expected, events) => append(stream, expected, events),
    readStream,
    readAll: async (after, limit) => page(after, limit),
    subscribe,
    head: async () => BigInt(log.length),
  };
}

/** The last event of an earlier append of the same ids at the same revision. */
function repeatOf(
  recorded: readonly RecordedEvent[],
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): RecordedEvent | undefined {
  const same = events.every((event, index) => recorded[expected + 1 + index]?.id === event.id);
  return same ? recorded[expected + events.length] : undefined;
}

function assertJson(event: EventToAppend): void {
  try {
    JSON.parse(event.data);
    JSON.parse(event.metadata);
  } catch (cause) {
    throw new InvalidAppend('not-json', `${event.type} is not JSON`, { cause });
  }
}

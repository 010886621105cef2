import { setTimeout as delay } from 'node:timers/promises';
import {
  type Appended,
  type EventStore,
  type EventToAppend,
  noStream,
  Overloaded,
  type RecordedEvent,
  StoreUnavailable,
} from '../event-store.js';
import type { ContractLog } from './harness.js';
import { eventually, idsOf, logAfter, sampleEvents, sampleStream, streamOf } from './samples.js';

export interface Load {
  readonly writers: number;
  readonly appendsEach: number;
  /** The load goes on at least until this. */
  readonly until?: Promise<void>;
}

interface Acknowledged {
  readonly stream: string;
  readonly events: readonly EventToAppend[];
  readonly appended: Appended;
}

const streamsEach = 4;
const answerWithinMs = 60_000;

/**
 * Puts a log under load through both of its stores while four readers tail it, by `readAll` and `subscribe` of each.
 * Throws unless every acknowledged event was seen exactly once, in order, by each reader, and nothing else was seen.
 */
export async function loadWithOracle(log: Pick<ContractLog, 'store' | 'other'>, load: Load): Promise<void> {
  const { store, other } = log;
  const start = await store.head();
  const stop = new AbortController();
  const tails = [tailPages(store, start, stop.signal), tailPages(other, start, stop.signal)];
  tails.push(tailSubscription(store, start, stop.signal), tailSubscription(other, start, stop.signal));

  let going = load.until !== undefined;
  const ended = load.until?.finally(() => (going = false));
  try {
    const writers = Array.from({ length: load.writers }, (_, n) =>
      write(n % 2 ? store : other, (appends) => going || appends < load.appendsEach),
    );
    const [acknowledged] = await Promise.all([Promise.all(writers), ended]);
    await verify(log, start, acknowledged.flat(), tails);
  } finally {
    stop.abort();
    await Promise.all(tails.map(({ ended: tailEnded }) => tailEnded));
  }
}

/** Appends one after the other to streams of its own, each until it is acknowledged. */
async function write(store: EventStore, goOn: (appends: number) => boolean): Promise<Acknowledged[]> {
  const streams = Array.from({ length: streamsEach }, () => ({ stream: sampleStream(), expected: noStream }));
  const acknowledged: Acknowledged[] = [];
  for (let n = 0; goOn(n); n += 1) {
    const own = streams[n % streamsEach];
    if (!own) break;
    const events = sampleEvents(1 + (n % 3));
    const appended = await answered(() => store.append(own.stream, own.expected, events));
    acknowledged.push({ stream: own.stream, events, appended });
    own.expected = appended.revision;
  }
  return acknowledged;
}

/** Asks again while the store is out of reach. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + answerWithinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const unreachable = error instanceof StoreUnavailable || error instanceof Overloaded;
      if (!unreachable || performance.now() > deadline) throw error;
      await delay(20);
    }
  }
}

interface Tail {
  readonly reader: string;
  readonly seen: RecordedEvent[];
  readonly ended: Promise<void>;
}

function tailPages(store: EventStore, start: bigint, signal: AbortSignal): Tail {
  const seen: RecordedEvent[] = [];
  const tail = async () => {
    while (!signal.aborted) {
      const page = await answered(() => store.readAll(seen.at(-1)?.position ?? start, 200));
      seen.push(...page);
      if (page.length === 0) await delay(2);
    }
  };
  return { reader: 'readAll', seen, ended: tail() };
}

function tailSubscription(store: EventStore, start: bigint, signal: AbortSignal): Tail {
  const seen: RecordedEvent[] = [];
  const tail = async () => {
    for await (const batch of store.subscribe(start, signal)) seen.push(...batch);
  };
  return { reader: 'subscribe', seen, ended: tail() };
}

async function verify(
  { store, other }: Pick<ContractLog, 'store' | 'other'>,
  start: bigint,
  acknowledged: readonly Acknowledged[],
  tails: readonly Tail[],
): Promise<void> {
  const total = acknowledged.reduce((sum, { events }) => sum + events.length, 0);
  const recorded = await answered(() => logAfter(other, start));
  expect(recorded).toHaveLength(total);
  const place = new Map(recorded.map((event, index) => [event.id, index]));
  expect(place.size).toBe(total);

  for (const { stream, events, appended } of acknowledged) {
    const first = place.get(events[0]?.id ?? '') ?? -1;
    const stored = recorded.slice(first, first + events.length);
    expect(idsOf(stored)).toEqual(idsOf(events));
    expect(stored.at(-1)).toMatchObject({ stream, ...appended });
  }
  for (const [stream, events] of byStream(recorded)) {
    expect(events.map((event) => event.revision)).toEqual([...events.keys()]);
    expect(idsOf(await answered(() => streamOf(store, stream)))).toEqual(idsOf(events));
  }
  for (const { reader, seen } of tails) {
    await eventually(() => {
      const ids = new Set(idsOf(seen));
      const missing = recorded.filter(({ id }) => !ids.has(id)).map(({ position }) => position);
      expect({ reader, missing }).toEqual({ reader, missing: [] });
      return true;
    });
    expect({ reader, ids: idsOf(seen) }).toEqual({ reader, ids: idsOf(recorded) });
    expect(seen.every(({ position }, n) => n === 0 || position > (seen[n - 1]?.position ?? 0n))).toBe(true);
  }
}

function byStream(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  return streams;
}

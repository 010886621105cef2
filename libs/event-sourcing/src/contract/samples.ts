import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, EventToAppend, RecordedEvent, StreamName } from '../event-store.js';

export const sampleStream = (): StreamName => `sample-${randomUUID()}`;

/** A small event with a new id. */
export function sampleEvent(data: unknown = { note: 'naïve ☂ 𝄞 "quoted" \\ \n' }): EventToAppend {
  return {
    id: randomUUID(),
    type: 'SampleRecorded',
    schemaVersion: 1,
    data: JSON.stringify(data),
    metadata: JSON.stringify({ actor: 'contract' }),
  };
}

export const sampleEvents = (count: number): EventToAppend[] =>
  Array.from({ length: count }, () => sampleEvent());

/** All pages of a stream in one. */
export async function streamOf(
  store: EventStore,
  stream: StreamName,
  range?: { from?: number; to?: number },
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of store.readStream(stream, range)) events.push(...page);
  return events;
}

/** All pages of the log after a position in one. */
export async function logAfter(store: EventStore, after: bigint, limit = 500): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (;;) {
    const page = await store.readAll(events.at(-1)?.position ?? after, limit);
    if (page.length === 0) return events;
    events.push(...page);
  }
}

/** The first events that a subscription gives. */
export async function subscribed(store: EventStore, after: bigint, count: number): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const enough = new AbortController();
  for await (const batch of store.subscribe(after, enough.signal)) {
    events.push(...batch);
    if (events.length >= count) enough.abort();
  }
  return events;
}

export const idsOf = (events: readonly { id: string }[]): string[] => events.map((event) => event.id);

/** Waits until the condition holds; throws what it last threw, or that it did not hold, after `withinMs`. */
export async function eventually(condition: () => unknown, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    let failure: unknown;
    try {
      if (await condition()) return;
      failure = new Error(`did not come true within ${withinMs} ms: ${String(condition)}`);
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw failure;
    await delay(5);
  }
}

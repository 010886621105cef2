import { getEventListeners, setMaxListeners } from 'node:events';
import { noStream, type RecordedEvent } from '../event-store.js';
import { logOf, type StoreHarness } from './harness.js';
import { eventually, idsOf, sampleEvents, sampleStream, subscribed } from './samples.js';

/** History, then live; and nothing left behind. */
export function subscribing(harness: StoreHarness): void {
  const log = logOf(harness);

  test('gives history and then what is appended, from any position', async () => {
    const { store, other } = log();
    const start = await store.head();
    const [first, second, third] = [sampleEvents(3), sampleEvents(2), sampleEvents(4)];
    const stream = sampleStream();
    await store.append(stream, noStream, first);
    const fromStart = subscribed(other, start, 9);
    const { position } = await store.append(stream, 2, second);
    const fromMiddle = subscribed(other, position, 4);
    await store.append(stream, 4, third);
    expect(idsOf(await fromStart)).toEqual(idsOf([...first, ...second, ...third]));
    expect(idsOf(await fromMiddle)).toEqual(idsOf(third));
  });

  test('hears of one event after the other, from this process and another', async () => {
    const { store, other } = log();
    const stream = sampleStream();
    const heard: RecordedEvent[] = [];
    const stop = new AbortController();
    const tail = collect(store.subscribe(await store.head(), stop.signal), heard);
    for (const [n, writer] of [store, other, store, other].entries()) {
      const [event] = sampleEvents(1);
      if (event) await writer.append(stream, n - 1, [event]);
      await eventually(() => heard.length === n + 1, 5_000);
      expect(heard.at(-1)?.id).toBe(event?.id);
    }
    stop.abort();
    await tail;
  });

  test('ends when its signal aborts: before it began, while idle, in the middle of history', async () => {
    const { store } = log();
    // More than a page of history.
    for (let n = 0; n < 3; n += 1) await store.append(sampleStream(), noStream, sampleEvents(500));
    const aborted = AbortSignal.abort();
    expect(await collect(store.subscribe(0n, aborted), [])).toBe('ended');

    const idle = new AbortController();
    const tail = collect(store.subscribe(await store.head(), idle.signal), []);
    await eventually(() => getEventListeners(idle.signal, 'abort').length > 0);
    idle.abort();
    expect(await tail).toBe('ended');

    const inHistory = new AbortController();
    let given = 0;
    for await (const batch of store.subscribe(0n, inHistory.signal)) {
      given += batch.length;
      expect(inHistory.signal.aborted).toBe(false);
      inHistory.abort();
    }
    expect(given).toBeGreaterThan(0);
    expect(given).toBeLessThan(1_500);
  });

  test('frees what it holds when it is cancelled or left', async () => {
    const { store, held } = log();
    const position = await store.head();
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const tails = Array.from({ length: 30 }, () => collect(store.subscribe(position, stop.signal), []));
    await eventually(() => getEventListeners(stop.signal, 'abort').length >= 30);
    stop.abort();
    await Promise.all(tails);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);

    const left = new AbortController();
    for await (const batch of store.subscribe(0n, left.signal)) if (batch.length > 0) break;
    expect(getEventListeners(left.signal, 'abort')).toEqual([]);
    await eventually(async () => (await held()) === 0);
  });
}

async function collect(
  batches: AsyncIterable<readonly RecordedEvent[]>,
  into: RecordedEvent[],
): Promise<'ended'> {
  for await (const batch of batches) into.push(...batch);
  return 'ended';
}

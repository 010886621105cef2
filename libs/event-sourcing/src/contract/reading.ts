import { noStream } from '../event-store.js';
import { logOf, type StoreHarness } from './harness.js';
import { idsOf, logAfter, sampleEvent, sampleEvents, sampleStream, streamOf } from './samples.js';

/** Pages of a stream and of the log. */
export function reading(harness: StoreHarness): void {
  describe('an empty log', () => {
    const log = logOf(harness);

    test('has no events, no streams and the head 0', async () => {
      const { store } = log();
      expect(await store.head()).toBe(0n);
      expect(await store.readAll(0n, 10)).toEqual([]);
      expect(await store.readAll(1_000_000n, 10)).toEqual([]);
      expect(await streamOf(store, sampleStream())).toEqual([]);
    });
  });

  describe('a log', () => {
    const log = logOf(harness);

    test('gives every event as it was recorded, in one order, with times that never go back', async () => {
      const { store, other } = log();
      const start = await store.head();
      const streams = Array.from({ length: 30 }, sampleStream);
      const events = new Map(streams.map((stream) => [stream, sampleEvents(3)]));
      await Promise.all([...events].map(([stream, three]) => store.append(stream, noStream, three)));
      const recorded = await logAfter(other, start, 7);
      expect(recorded).toHaveLength(90);
      for (const [index, event] of recorded.entries()) {
        const before = recorded[index - 1];
        expect(event).toMatchObject(events.get(event.stream)?.[event.revision] ?? {});
        expect(event.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        if (!before) continue;
        expect(event.position > before.position).toBe(true);
        expect(event.recordedAt >= before.recordedAt).toBe(true);
        if (event.revision > 0)
          expect(before).toMatchObject({ stream: event.stream, revision: event.revision - 1 });
      }
      expect(recorded.at(-1)?.position).toBe(await store.head());
    });

    test('of many events gives the same in pages of any size', async () => {
      const { store } = log();
      const start = await store.head();
      const stream = sampleStream();
      const events = sampleEvents(1_200);
      for (let n = 0; n < 1_200; n += 400) await store.append(stream, n - 1, events.slice(n, n + 400));
      for (const limit of [1_000_000, 1_000, 333, 7])
        expect(idsOf(await logAfter(store, start, limit))).toEqual(idsOf(events));
      expect(await store.readAll(start, 1)).toHaveLength(1);
      expect(idsOf(await streamOf(store, stream))).toEqual(idsOf(events));
      const pages = [];
      for await (const page of store.readStream(stream)) pages.push(page.length);
      expect(Math.max(...pages)).toBeLessThanOrEqual(1_000);
      expect(Math.min(...pages)).toBeGreaterThan(0);
    });

    test('of large events gives them all, one after the other', async () => {
      const { store } = log();
      const start = await store.head();
      const stream = sampleStream();
      const events = Array.from({ length: 12 }, (_, n) => sampleEvent(`${n % 10}`.repeat(800 * 1024)));
      for (const [n, event] of events.entries()) await store.append(stream, n - 1, [event]);
      expect(await logAfter(store, start)).toMatchObject(events);
      expect(await streamOf(store, stream)).toMatchObject(events);
    });

    test('gives the part of a stream that is asked for', async () => {
      const { store } = log();
      const stream = sampleStream();
      const events = sampleEvents(10);
      await store.append(stream, noStream, events);
      const ids = idsOf(events);
      for (const [from, to] of [
        [0, 9],
        [3, 5],
        [4, 4],
        [8, 99],
        [-5, 2],
        [10, 12],
        [5, 3],
        [0, -1],
        [-9, -5],
      ] as const)
        expect(idsOf(await streamOf(store, stream, { from, to }))).toEqual(
          ids.filter((_, revision) => revision >= from && revision <= to),
        );
      expect(idsOf(await streamOf(store, stream, { from: 7 }))).toEqual(ids.slice(7));
      expect(idsOf(await streamOf(store, stream, { to: 2 }))).toEqual(ids.slice(0, 3));
    });

    const dense = harness.capabilities['dense-positions'];
    if (dense === 'offered')
      test('has positions without gaps, also after conflicts', async () => {
        const { store } = log();
        const start = await store.head();
        const stream = sampleStream();
        await store.append(stream, noStream, sampleEvents(2));
        await store.append(stream, noStream, sampleEvents(2)).catch(() => undefined);
        await store.append(stream, 1, sampleEvents(1));
        const positions = (await logAfter(store, start)).map((event) => event.position);
        expect(positions).toEqual([start + 1n, start + 2n, start + 3n]);
      });
    else test.skip(`has positions without gaps [skipped: ${dense.lacks}]`, () => undefined);
  });
}

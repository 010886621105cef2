import { noStream, RevisionConflict } from '../event-store.js';
import { logOf, type StoreHarness } from './harness.js';
import { idsOf, sampleEvent, sampleEvents, sampleStream, streamOf } from './samples.js';

/** The same ids at the same revision are the same append, whoever asks and however often. */
export function idempotency(harness: StoreHarness): void {
  const log = logOf(harness);

  test('the same append again gives the first result, also from another process and after others', async () => {
    const { store, other } = log();
    const stream = sampleStream();
    const first = sampleEvents(3);
    const appended = await store.append(stream, noStream, first);
    expect(await store.append(stream, noStream, first)).toEqual(appended);
    await store.append(stream, 2, sampleEvents(2));
    await store.append(sampleStream(), noStream, sampleEvents(1));
    const head = await store.head();
    expect(await other.append(stream, noStream, first)).toEqual(appended);
    expect(await store.head()).toBe(head);
    expect(await streamOf(store, stream)).toHaveLength(5);
  });

  test('the same append many times at once is written once', async () => {
    const { store, other } = log();
    const stream = sampleStream();
    const events = sampleEvents(2);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? store : other).append(stream, noStream, events)),
    );
    expect(new Set(results.map(({ revision, position }) => `${revision} ${position}`)).size).toBe(1);
    expect(idsOf(await streamOf(store, stream))).toEqual(idsOf(events));
  });

  test('a repeat in the middle of a stream is known by its revision', async () => {
    const { store } = log();
    const stream = sampleStream();
    const [first, second, third] = [sampleEvents(1), sampleEvents(2), sampleEvents(1)];
    await store.append(stream, noStream, first);
    const appended = await store.append(stream, 0, second);
    await store.append(stream, 2, third);
    expect(await store.append(stream, 0, second)).toEqual(appended);
    await expect(store.append(stream, 1, second)).rejects.toBeInstanceOf(RevisionConflict);
    await expect(store.append(stream, noStream, second)).rejects.toBeInstanceOf(RevisionConflict);
  });

  test.each([
    { what: 'other ids', change: (n: number) => sampleEvents(n) },
    {
      what: 'the first id and another',
      change: (_: number, [first]: Events) => [...some(first), sampleEvent()],
    },
    {
      what: 'another id and the second',
      change: (_: number, [, second]: Events) => [sampleEvent(), ...some(second)],
    },
    { what: 'its ids and one more', change: (_: number, both: Events) => [...both, sampleEvent()] },
    { what: 'its ids in another order', change: (_: number, both: Events) => [...both].reverse() },
  ])('$what at a revision that was appended to is a conflict', async ({ change }) => {
    const { store } = log();
    const stream = sampleStream();
    const events = sampleEvents(2);
    await store.append(stream, noStream, events);
    await expect(store.append(stream, noStream, change(2, events))).rejects.toMatchObject({
      name: 'RevisionConflict',
      actual: 1,
    });
    expect(idsOf(await streamOf(store, stream))).toEqual(idsOf(events));
  });
}

type Events = ReturnType<typeof sampleEvents>;
const some = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

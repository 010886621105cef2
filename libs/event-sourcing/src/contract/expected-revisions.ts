import { noStream, RevisionConflict } from '../event-store.js';
import { logOf, type StoreHarness } from './harness.js';
import { idsOf, sampleEvents, sampleStream, streamOf } from './samples.js';

/** What is accepted and what is a conflict, for each revision of the stream and each expectation. */
export function expectedRevisions(harness: StoreHarness): void {
  const log = logOf(harness);

  test.each([
    { there: 0, expected: noStream, what: 'no stream, and there is none' },
    { there: 1, expected: 0, what: 'the only event' },
    { there: 3, expected: 2, what: 'the newest of three' },
  ])('accepts: $what', async ({ there, expected }) => {
    const { store, other } = log();
    const stream = sampleStream();
    const before = sampleEvents(there);
    if (there > 0) await store.append(stream, noStream, before);
    const events = sampleEvents(2);
    const appended = await store.append(stream, expected, events);
    expect(appended).toEqual({ revision: there + 1, position: await store.head() });
    const recorded = await streamOf(other, stream);
    expect(idsOf(recorded)).toEqual(idsOf([...before, ...events]));
    expect(recorded.map((event) => event.revision)).toEqual([...recorded.keys()]);
  });

  test.each([
    { there: 0, expected: 0, what: 'an event of a stream that does not exist' },
    { there: 0, expected: 7, what: 'a far revision of a stream that does not exist' },
    { there: 1, expected: noStream, what: 'no stream, and there is one' },
    { there: 3, expected: 0, what: 'a revision behind' },
    { there: 3, expected: 1, what: 'the revision just behind' },
    { there: 3, expected: 3, what: 'the revision just ahead' },
    { there: 3, expected: 9, what: 'a revision far ahead' },
  ])('refuses and writes nothing: $what', async ({ there, expected }) => {
    const { store } = log();
    const stream = sampleStream();
    if (there > 0) await store.append(stream, noStream, sampleEvents(there));
    const head = await store.head();
    const attempt = store.append(stream, expected, sampleEvents(2));
    await expect(attempt).rejects.toBeInstanceOf(RevisionConflict);
    await expect(attempt).rejects.toMatchObject({ stream, expected, actual: there - 1 });
    expect(await store.head()).toBe(head);
    expect(await streamOf(store, stream)).toHaveLength(there);
  });

  test('accepts after a conflict what expects the revision that the conflict named', async () => {
    const { store } = log();
    const stream = sampleStream();
    await store.append(stream, noStream, sampleEvents(2));
    const events = sampleEvents(1);
    const conflict = await store.append(stream, noStream, events).catch((error: unknown) => error);
    if (!(conflict instanceof RevisionConflict))
      throw new Error('there was no conflict', { cause: conflict });
    await expect(store.append(stream, conflict.actual, events)).resolves.toMatchObject({ revision: 2 });
  });

  test('lets neither a conflict nor its neighbours disturb each other', async () => {
    const { store } = log();
    const stale = sampleStream();
    await store.append(stale, noStream, sampleEvents(1));
    const streams = Array.from({ length: 20 }, sampleStream);
    const attempts = streams.flatMap((stream) => [
      store.append(stream, noStream, sampleEvents(2)),
      store.append(stale, noStream, sampleEvents(1)),
    ]);
    const outcomes = (await Promise.allSettled(attempts)).map(({ status }) => status);
    expect(outcomes).toEqual(streams.flatMap(() => ['fulfilled', 'rejected']));
    expect(await streamOf(store, stale)).toHaveLength(1);
  });
}

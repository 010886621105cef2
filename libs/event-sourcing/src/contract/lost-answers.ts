import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Appended,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  noStream,
  StoreUnavailable,
  type StreamName,
} from '../event-store.js';
import { logOf, type StoreHarness } from './harness.js';
import { idsOf, logAfter, sampleEvents, sampleStream, streamOf } from './samples.js';

/** Each append fails twice, once before it was stored and once after, and is then asked for again. */
export function lostAnswers(harness: StoreHarness): void {
  const log = logOf(harness);

  test('an append that failed before and after it was stored is there once when it is repeated', async () => {
    const { store, other } = log();
    const start = await store.head();
    const appends = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const stream = sampleStream();
        const written: EventToAppend[] = [];
        for (let expected: ExpectedRevision = noStream; written.length < 30; expected = written.length - 1) {
          const events = sampleEvents(1 + (written.length % 3));
          const appended = await appendAtLast(failingTwice(store), stream, expected, events);
          written.push(...events);
          expect(appended.revision).toBe(written.length - 1);
        }
        return { stream, written };
      }),
    );
    for (const { stream, written } of appends)
      expect(idsOf(await streamOf(other, stream))).toEqual(idsOf(written));
    const ids = idsOf(await logAfter(other, start));
    expect(ids.toSorted()).toEqual(appends.flatMap(({ written }) => idsOf(written)).toSorted());
  });
}

/** The first attempt does not reach the store, of the second only the answer is lost. */
function failingTwice(store: EventStore): Pick<EventStore, 'append'> {
  let attempt = 0;
  return {
    async append(stream, expected, events) {
      attempt += 1;
      if (attempt === 1) throw new StoreUnavailable('the request was lost', 'none');
      const appended = await store.append(stream, expected, events);
      if (attempt === 2) throw new StoreUnavailable('the answer was lost', 'unknown');
      return appended;
    },
  };
}

async function appendAtLast(
  store: Pick<EventStore, 'append'>,
  stream: StreamName,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): Promise<Appended> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      return await store.append(stream, expected, events);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await nextTurn();
    }
  }
  throw new Error('ten attempts failed');
}

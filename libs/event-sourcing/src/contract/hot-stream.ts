import { noStream, RevisionConflict } from '../event-store.js';
import { logOf, type StoreHarness } from './harness.js';
import { idsOf, sampleEvent, sampleStream, streamOf } from './samples.js';

const writers = 50;

/** Everybody wants the same revision. */
export function hotStream(harness: StoreHarness): void {
  const log = logOf(harness);

  test(`${writers} writers: one winner per revision, and every loser hears where the stream is`, async () => {
    const { store, other } = log();
    const stream = sampleStream();
    const winners: string[] = [];
    for (let expected = noStream; expected < 20; expected += 1) {
      const events = Array.from({ length: writers }, () => sampleEvent());
      const outcomes = await Promise.allSettled(
        events.map((event, n) => (n % 2 ? store : other).append(stream, expected, [event])),
      );
      const won = events.filter((_, n) => outcomes[n]?.status === 'fulfilled');
      expect(won).toHaveLength(1);
      winners.push(...idsOf(won));
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RevisionConflict);
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ actual: expected + 1 });
      }
    }
    expect(idsOf(await streamOf(store, stream))).toEqual(winners);
  });

  test(`${writers} writers that follow the conflicts all get through`, async () => {
    const { store, other } = log();
    const stream = sampleStream();
    const ids = await Promise.all(
      Array.from({ length: writers }, async (_, n) => {
        const event = sampleEvent();
        let expected = noStream;
        // Each round somebody wins, so nobody loses more often than there are others.
        for (let round = 0; round < writers; round += 1) {
          try {
            await (n % 2 ? store : other).append(stream, expected, [event]);
            return event.id;
          } catch (error) {
            if (!(error instanceof RevisionConflict)) throw error;
            expected = error.actual;
          }
        }
        throw new Error('lost to more writers than there are');
      }),
    );
    expect(idsOf(await streamOf(store, stream)).toSorted()).toEqual(ids.toSorted());
  });
}

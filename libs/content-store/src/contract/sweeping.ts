import { blockBytes } from '../blocks.js';
import { type ContentHarness, placeOf } from './harness.js';
import { bytesOf, expectedOf, sampleContent, streamOf } from './samples.js';

const hourMs = 3_600_000;

/** What interrupted uploads left behind. */
export function sweeping(harness: ContentHarness): void {
  const place = placeOf(harness);

  test('the remains of interrupted uploads are removed when they are old enough, and nothing else', async () => {
    const { store, other } = place();
    const content = sampleContent(blockBytes + 1);
    const stored = await store.put(streamOf(content), expectedOf(content));
    expect(await store.sweep(0)).toEqual({ removed: 0, bytes: 0 });

    const remains = [sampleContent(5 * blockBytes), sampleContent(6 * blockBytes)];
    for (const bytes of remains) await place().interrupt(bytes);
    expect(await place().leftBehind()).toBe(2);
    expect(await store.sweep(hourMs)).toEqual({ removed: 0, bytes: 0 });
    expect(await place().leftBehind()).toBe(2);
    expect(await other.sweep(0)).toEqual({ removed: 2, bytes: 11 * blockBytes });
    expect(await place().leftBehind()).toBe(0);
    expect((await bytesOf(other.read(stored))).equals(content)).toBe(true);
  });
}

import * as fc from 'fast-check';
import { blockBytes } from '../blocks.js';
import type { Stored } from '../content-store.js';
import { type ContentHarness, placeOf } from './harness.js';
import { bytesOf, expectedOf, sampleContent, streamOf } from './samples.js';

/** Ranges, and the whole. */
export function reading(harness: ContentHarness): void {
  const place = placeOf(harness);
  const seed = Math.floor(Math.random() * 2 ** 31);
  const content = sampleContent(3 * blockBytes + 1);
  let stored: Stored;
  beforeAll(async () => {
    stored = await place().store.put(streamOf(content), expectedOf(content));
  });

  const givesRange = async (start: number, end: number): Promise<void> => {
    const bytes = await bytesOf(place().other.read(stored, { start, end }));
    if (!bytes.equals(content.subarray(start, end))) throw new Error(`other bytes from ${start} to ${end}`);
  };

  test('every range around the edges of blocks is given exactly', async () => {
    const edges = [0, 1, 2, 3]
      .flatMap((block) => [-1, 0, 1].map((by) => block * blockBytes + by))
      .filter((edge) => edge >= 0 && edge <= content.length);
    let ranges = 0;
    for (const start of edges)
      for (const end of edges.filter((edge) => edge >= start)) {
        await givesRange(start, end);
        ranges += 1;
      }
    expect(ranges).toBe(66);
  });

  test(`any range is given exactly (seed ${seed})`, async () => {
    const position = fc.nat(content.length);
    const property = fc.asyncProperty(position, position, (one, another) =>
      givesRange(Math.min(one, another), Math.max(one, another)),
    );
    await fc.assert(property, { seed, numRuns: 40 });
  });

  test('no more is read than is taken', async () => {
    const chunks = place().store.read(stored)[Symbol.asyncIterator]();
    const first = await chunks.next();
    expect(content.subarray(0, blockBytes).equals(first.value ?? new Uint8Array())).toBe(true);
    await chunks.return?.();
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  test.each([
    [-1, 1],
    [2, 1],
    [0, content.length + 1],
    [0.5, 1],
    [0, Number.NaN],
  ])('from %d to %d is no range', async (start, end) => {
    await expect(bytesOf(place().store.read(stored, { start, end }))).rejects.toThrow(RangeError);
  });

  test('what cannot be a reference is refused', async () => {
    const { store } = place();
    const { digest, blocks } = stored;
    for (const wrong of [
      { ...stored, digest: { ...digest, value: '../../uploads' } },
      { ...stored, length: -1 },
      { ...stored, blocks: { ...blocks, bytes: 0 } },
      { ...stored, blocks: { ...blocks, bytes: 2 ** 40 } },
      { ...stored, blocks: { ...blocks, digest: 'x' } },
    ]) {
      await expect(bytesOf(store.read(wrong))).rejects.toThrow();
      await expect(store.check(wrong)).rejects.toThrow();
    }
  });

  test('reading and checking end when they are aborted', async () => {
    const abort = new AbortController();
    const aborted = { name: 'AbortError' };
    const chunks = place().store.read(stored, undefined, abort.signal)[Symbol.asyncIterator]();
    await chunks.next();
    const checking = place().store.check(stored, {
      signal: abort.signal,
      bytesPerSecondMax: 1,
      onBytes: () => abort.abort(),
    });
    await expect(checking).rejects.toMatchObject(aborted);
    await expect(chunks.next()).rejects.toMatchObject(aborted);
    await expect(bytesOf(place().store.read(stored, undefined, abort.signal))).rejects.toMatchObject(aborted);
  });

  test('a check tells how far it is', async () => {
    let bytes = 0;
    const onBytes = (more: number): void => void (bytes += more);
    expect(await place().store.check(stored, { onBytes, bytesPerSecondMax: 2 ** 40 })).toEqual({
      intact: true,
    });
    expect(bytes).toBe(content.length);
    await expect(place().store.check(stored, { bytesPerSecondMax: 0 })).rejects.toThrow(RangeError);
  });
}

import * as fc from 'fast-check';
import { digestAlgorithms } from '../address.js';
import { blockBytes } from '../blocks.js';
import { DigestMismatch } from '../errors.js';
import { type ContentHarness, placeOf } from './harness.js';
import { addressIn, bytesOf, edgeSizes, expectedOf, flipped, sampleContent, streamOf } from './samples.js';

/** Content that is what it is said to be. */
export function putting(harness: ContentHarness): void {
  const place = placeOf(harness);
  const seed = Math.floor(Math.random() * 2 ** 31);

  test.each(edgeSizes)('content of %d bytes comes back as it was given', async (size) => {
    const { store, other } = place();
    const content = sampleContent(size);
    const stored = await store.put(streamOf(content), expectedOf(content));
    expect(stored).toMatchObject({
      digest: expectedOf(content).digests[0],
      length: size,
      blocks: { bytes: blockBytes, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      alreadyHeld: false,
    });
    expect((await bytesOf(other.read(stored))).equals(content)).toBe(true);
    expect(await other.check(stored)).toEqual({ intact: true });
    expect(await place().addresses()).toContain(addressIn(content));
    expect(await place().leftBehind()).toBe(0);
  });

  test(`content of any size in chunks of any size comes back as it was given (seed ${seed})`, async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: 4 * blockBytes }),
      fc.oneof(fc.integer({ min: 20_000, max: 3 * blockBytes }), fc.constantFrom(blockBytes, 65_536)),
      async (size, chunkBytes) => {
        const content = sampleContent(size);
        const stored = await place().store.put(streamOf(content, chunkBytes), expectedOf(content));
        expect((await bytesOf(place().other.read(stored))).equals(content)).toBe(true);
      },
    );
    await fc.assert(property, { seed, numRuns: 15 });
  });

  test.each(digestAlgorithms)('content may have its address by %s', async (algorithm) => {
    const { store, other } = place();
    const content = sampleContent(blockBytes + 7);
    const stored = await store.put(streamOf(content), expectedOf(content, algorithm));
    expect(stored.digest.algorithm).toBe(algorithm);
    expect(await place().addresses()).toContain(addressIn(content, algorithm));
    expect(await other.check(stored)).toEqual({ intact: true });
    expect((await bytesOf(other.read(stored))).equals(content)).toBe(true);
  });

  test('the same content again is held already', async () => {
    const { store, other } = place();
    const content = sampleContent(blockBytes + 1);
    const first = await store.put(streamOf(content), expectedOf(content));
    const again = await other.put(streamOf(content, 777), expectedOf(content));
    expect(again).toEqual({ ...first, alreadyHeld: true });
    expect((await bytesOf(store.read(again))).equals(content)).toBe(true);
    expect(await place().leftBehind()).toBe(0);
  });

  test('other content under the digest of what is held is refused, and what is held stays', async () => {
    const { store, other } = place();
    const content = sampleContent(blockBytes + 1);
    const stored = await store.put(streamOf(content), expectedOf(content));
    const upload = other.put(streamOf(flipped(content, blockBytes)), expectedOf(content));
    await expect(upload).rejects.toThrow(DigestMismatch);
    expect((await bytesOf(store.read(stored))).equals(content)).toBe(true);
    expect(await place().damaged()).toEqual([]);
    expect(await place().leftBehind()).toBe(0);
  });

  test('the same content from many at once is kept once, for all of them', async () => {
    const { store, other } = place();
    const content = sampleContent(2 * blockBytes + 5);
    const stored = await Promise.all(
      [store, other, store, other].map((one) => one.put(streamOf(content), expectedOf(content))),
    );
    for (const one of stored) expect((await bytesOf(store.read(one))).equals(content)).toBe(true);
    expect(stored.some(({ alreadyHeld }) => !alreadyHeld)).toBe(true);
    const addresses = await place().addresses();
    expect(addresses.filter((address) => address === addressIn(content))).toHaveLength(1);
    expect(await place().leftBehind()).toBe(0);
    expect(await place().damaged()).toEqual([]);
  });

  test.each([
    ['image/png', Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex')],
    ['application/pdf', Buffer.from('%PDF-1.7\n')],
    ['application/octet-stream', Buffer.from('a statement, in plain words')],
    ['application/octet-stream', Buffer.alloc(0)],
  ])('content that begins as %s is recognised', async (mediaType, content) => {
    const stored = await place().store.put(streamOf(content), expectedOf(content));
    expect(stored.mediaType).toBe(mediaType);
  });
}

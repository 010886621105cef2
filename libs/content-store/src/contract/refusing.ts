import { digestAlgorithms } from '../address.js';
import { blockBytes } from '../blocks.js';
import type { Digest, Expected } from '../content-store.js';
import { DigestMismatch, LengthMismatch } from '../errors.js';
import { type ContentHarness, type ContentPlace, placeOf } from './harness.js';
import { digestOf, expectedOf, flipped, sampleContent, streamOf } from './samples.js';

/** More than one part of any store, so that some of it was written before the failure. */
const severalBlocks = 17 * blockBytes + 3;

/** Content that is not what it is said to be, or does not come whole. */
export function refusing(harness: ContentHarness): void {
  const place = placeOf(harness);

  test.each(digestAlgorithms)('a wrong %s keeps nothing and says what was computed', async (algorithm) => {
    for (const size of [10, severalBlocks]) {
      const content = sampleContent(size);
      const right = expectedOf(content);
      const wrong = digestOf(flipped(content, 0), algorithm);
      const digests = replaced(right.digests, wrong);
      const error = await refusal(place(), content, { digests, length: size });
      expect(error).toBeInstanceOf(DigestMismatch);
      expect(error).toMatchObject({
        message: expect.stringContaining(digestOf(content, algorithm).value),
        digests: digests.map((digest) => ({
          algorithm: digest.algorithm,
          expected: digest.value,
          computed: digestOf(content, digest.algorithm).value,
        })),
      });
    }
  });

  test.each([
    ['shorter', -1],
    ['longer', 1],
  ])('content that is %s than it was said to be keeps nothing', async (_word, by) => {
    for (const size of [1, blockBytes, severalBlocks]) {
      const content = sampleContent(size);
      const error = await refusal(place(), content, { ...expectedOf(content), length: size - by });
      expect(error).toBeInstanceOf(LengthMismatch);
      expect(error).toMatchObject({ expected: size - by, found: size });
    }
  });

  test('of content that is far too long no more is taken than shows it', async () => {
    const content = sampleContent(8 * blockBytes);
    const error = await refusal(place(), content, { ...expectedOf(content), length: blockBytes });
    expect(error).toMatchObject({ name: 'LengthMismatch', found: 2 * blockBytes });
  });

  test.each([20_000, severalBlocks])('an upload of %d bytes aborted at 99 %% keeps nothing', async (size) => {
    const content = sampleContent(size);
    const abort = new AbortController();
    const silent = silentAfter(content.subarray(0, Math.floor(size * 0.99)), () => abort.abort());
    const upload = place().store.put(silent, expectedOf(content), abort.signal);
    await expect(upload).rejects.toMatchObject({ name: 'AbortError' });
    await nothingKept(place());
  });

  test('an upload that is aborted before it began takes nothing', async () => {
    const content = sampleContent(10);
    const upload = place().store.put(streamOf(content), expectedOf(content), AbortSignal.abort());
    await expect(upload).rejects.toMatchObject({ name: 'AbortError' });
    await nothingKept(place());
  });

  test('an upload whose source fails keeps nothing and fails as the source did', async () => {
    const content = sampleContent(severalBlocks);
    const lost = new Error('the connection was lost');
    const failing = async function* (): AsyncGenerator<Uint8Array, void> {
      yield* streamOf(content.subarray(0, -1));
      throw lost;
    };
    await expect(place().store.put(failing(), expectedOf(content))).rejects.toBe(lost);
    await nothingKept(place());
  });

  test('what is no digest and no length is refused before anything is read', async () => {
    const { store } = place();
    const { digests, length } = expectedOf(sampleContent(1));
    for (const value of [
      '',
      'ab',
      '../../../../etc/passwd',
      digests[0].value.toUpperCase(),
      `${digests[0].value}0`,
    ])
      await expect(
        store.put(untouched(), { digests: [{ algorithm: 'sha-256', value }], length }),
      ).rejects.toThrow(TypeError);
    for (const wrong of [-1, 0.5, Number.NaN, Infinity])
      await expect(store.put(untouched(), { digests, length: wrong })).rejects.toThrow(RangeError);
    await nothingKept(place());
  });
}

async function refusal(place: ContentPlace, content: Uint8Array, expected: Expected): Promise<unknown> {
  const error: unknown = await place.store
    .put(streamOf(content), expected)
    .catch((thrown: unknown) => thrown);
  await nothingKept(place);
  return error;
}

async function nothingKept(place: ContentPlace): Promise<void> {
  expect(await place.addresses()).toEqual([]);
  expect(await place.leftBehind()).toBe(0);
}

function replaced(digests: Expected['digests'], by: Digest): Expected['digests'] {
  const [first, ...others] = digests;
  const one = (digest: Digest): Digest => (digest.algorithm === by.algorithm ? by : digest);
  return [one(first), ...others.map(one)];
}

/** Gives the content, then says so and gives nothing more, and does not end. */
async function* silentAfter(content: Uint8Array, fallenSilent: () => void): AsyncGenerator<Uint8Array, void> {
  yield* streamOf(content);
  fallenSilent();
  await new Promise(() => undefined);
}

/** Fails the test when it is read. */
function untouched(): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      throw new Error('the content was read');
    },
  };
}

import { blockBytes, sha256 } from '../blocks.js';
import type { Breach, Stored } from '../content-store.js';
import { ContentBreach } from '../errors.js';
import { type ContentHarness, placeOf } from './harness.js';
import {
  bytesOf,
  bytesUntilFailure,
  digestOf,
  expectedOf,
  flipped,
  sampleContent,
  streamOf,
} from './samples.js';

/** Content that somebody changed behind the store's back. */
export function breaches(harness: ContentHarness): void {
  const place = placeOf(harness);
  const size = 3 * blockBytes + 9;

  const kept = async (): Promise<{ content: Buffer; stored: Stored }> => {
    const content = sampleContent(size);
    return { content, stored: await place().store.put(streamOf(content), expectedOf(content)) };
  };
  const failsToRead = async (stored: Stored, breach: Breach): Promise<Buffer> => {
    const { given, error } = await bytesUntilFailure(place().other.read(stored));
    expect(error).toBeInstanceOf(ContentBreach);
    expect(error).toMatchObject({ digest: stored.digest, breach });
    return given;
  };

  test.each([0, 1, 2, 3])(
    'one changed bit in block %d: the blocks before it are given, then it is told',
    async (block) => {
      const { content, stored } = await kept();
      const changed = flipped(content, block * blockBytes + 5);
      await place().tamper(stored, 'content', changed);
      const blockOf = (bytes: Uint8Array): string =>
        sha256(bytes.subarray(block * blockBytes, (block + 1) * blockBytes)).toString('hex');
      const given = await failsToRead(stored, {
        kind: 'digest',
        algorithm: 'sha-256',
        expected: blockOf(content),
        computed: blockOf(changed),
        block,
      });
      expect(given.equals(content.subarray(0, block * blockBytes))).toBe(true);
      const { algorithm, value: expected } = stored.digest;
      const computed = digestOf(changed).value;
      expect(await place().other.check(stored)).toEqual({
        intact: false,
        breach: { kind: 'digest', algorithm, expected, computed },
      });
      const range = { start: (block + 1) * blockBytes, end: size };
      if (block < 3)
        expect((await bytesOf(place().store.read(stored, range))).length).toBe(size - range.start);
    },
  );

  test.each([-1, 1, -blockBytes, -size])('content whose length changed by %d is not given', async (by) => {
    const { content, stored } = await kept();
    await place().tamper(stored, 'content', Buffer.concat([content, Buffer.alloc(1)]).subarray(0, size + by));
    const breach: Breach = { kind: 'length', expected: size, found: size + by };
    expect(await failsToRead(stored, breach)).toHaveLength(0);
    expect(await place().other.check(stored)).toEqual({ intact: false, breach });
  });

  test('content that is gone is missing', async () => {
    const { stored } = await kept();
    await place().tamper(stored, 'content', undefined);
    expect(await failsToRead(stored, { kind: 'missing' })).toHaveLength(0);
    expect(await place().other.check(stored)).toEqual({ intact: false, breach: { kind: 'missing' } });
    const never = expectedOf(sampleContent(9)).digests[0];
    expect(await place().other.check({ ...stored, digest: never })).toMatchObject({
      breach: { kind: 'missing' },
    });
  });

  test.each(['missing', 'empty', 'changed', 'too long'])(
    'with a block list that is %s, nothing is given until a check has made it anew',
    async (how) => {
      const { content, stored } = await kept();
      const lists: Record<string, Uint8Array> = {
        empty: new Uint8Array(),
        changed: Buffer.alloc(4 * 32, 1),
        'too long': Buffer.alloc(50_000, 1),
      };
      await place().tamper(stored, 'blockList', lists[how]);
      const { given, error } = await bytesUntilFailure(place().other.read(stored));
      expect(given).toHaveLength(0);
      expect(error).toMatchObject({ breach: { kind: 'blockList', expected: stored.blocks.digest } });
      expect(await place().other.check(stored)).toEqual({ intact: true });
      expect((await bytesOf(place().other.read(stored))).equals(content)).toBe(true);
    },
  );

  test('a block list that the reference does not vouch for is not kept', async () => {
    const { content, stored } = await kept();
    const blocks = { ...stored.blocks, digest: 'a'.repeat(64) };
    const checked = await place().store.check({ ...stored, blocks });
    expect(checked).toEqual({
      intact: false,
      breach: { kind: 'blockList', expected: blocks.digest, computed: stored.blocks.digest },
    });
    expect((await bytesOf(place().store.read(stored))).equals(content)).toBe(true);
  });

  test('damaged content is moved aside and replaced when it is put again', async () => {
    const { content, stored } = await kept();
    const changes = [flipped(content, 3), content.subarray(0, 5), new Uint8Array()];
    for (const changed of changes) {
      await place().tamper(stored, 'content', changed);
      const again = await place().store.put(streamOf(content), expectedOf(content));
      expect(again).toEqual(stored);
      expect(await place().other.check(stored)).toEqual({ intact: true });
    }
    await place().tamper(stored, 'blockList', undefined);
    expect(await place().store.put(streamOf(content), expectedOf(content))).toEqual({
      ...stored,
      alreadyHeld: true,
    });
    expect((await bytesOf(place().other.read(stored))).equals(content)).toBe(true);
    const aside = await place().damaged();
    expect(aside.map((bytes) => Buffer.from(bytes).toString('base64')).toSorted()).toEqual(
      changes.map((bytes) => Buffer.from(bytes).toString('base64')).toSorted(),
    );
  });

  test('damaged content that many replace at once is intact afterwards', async () => {
    const { content, stored } = await kept();
    const changed = flipped(content, size - 1);
    await place().tamper(stored, 'content', changed);
    const { store, other } = place();
    await Promise.all([store, other, store].map((one) => one.put(streamOf(content), expectedOf(content))));
    expect(await store.check(stored)).toEqual({ intact: true });
    const aside = await place().damaged();
    expect(aside.some((bytes) => Buffer.from(changed).equals(bytes))).toBe(true);
  });
}

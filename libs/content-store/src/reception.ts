import { createHash, subtle } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { addressOf, opensslName, requireLength } from './address.js';
import { blockBytes, growingBlockList, inBlocks, sha256 } from './blocks.js';
import type { ContentRef, Expected } from './content-store.js';
import { DigestMismatch, LengthMismatch } from './errors.js';
import { mediaTypeOf } from './media-type.js';
import { untilAborted } from './until-aborted.js';

/** What is known of content when all of it has come and matched. */
export interface Received {
  readonly ref: ContentRef;
  readonly blockList: Uint8Array;
  readonly mediaType: string;
}

export interface Reception {
  /** The content; throws at its end, or as soon as it is too long, unless it is what was expected. */
  readonly blocks: AsyncIterable<Uint8Array>;
  /** What came; to be asked after the last block. */
  received(): Received;
}

/**
 * Takes content in and hashes it on the way, all digests and the blocks in one pass.
 *
 * The whole is hashed on the thread it is called on, one block by one algorithm at a time, and then gives way to
 * others; beside it a thread of libuv's pool hashes the block by itself. Measured on two cores: 0.8 GiB/s, where both on
 * one thread made 0.55, and sha256sum 0.33; a block of 1 MiB holds the event loop for less than 1 ms. A worker for the
 * whole would cost more in copies than it would free.
 *
 * @throws TypeError or RangeError at once when what is expected is no digest or no length.
 */
export function receive(
  content: AsyncIterable<Uint8Array>,
  expected: Expected,
  signal?: AbortSignal,
): Reception {
  expected.digests.forEach(addressOf);
  requireLength(expected.length);
  let received: Received | undefined;

  async function* blocks(): AsyncGenerator<Uint8Array, void> {
    const hashes = expected.digests.map(({ algorithm }) => createHash(opensslName(algorithm)));
    const list = growingBlockList();
    let length = 0;
    let mediaType: string | undefined;
    for await (const block of inBlocks(untilAborted(content, signal), blockBytes)) {
      length += block.length;
      if (length > expected.length) throw new LengthMismatch(expected.length, length);
      mediaType ??= await mediaTypeOf(block);
      const blockDigest = subtle.digest('SHA-256', block);
      for (const [index, hash] of hashes.entries()) {
        if (index > 0) await nextTurn();
        hash.update(block);
      }
      list.addDigest(new Uint8Array(await blockDigest));
      yield block;
    }
    if (length !== expected.length) throw new LengthMismatch(expected.length, length);
    const computed = hashes.map((hash) => hash.digest('hex'));
    const digests = expected.digests.map(({ algorithm, value }, index) => ({
      algorithm,
      expected: value,
      computed: computed[index] ?? '',
    }));
    if (digests.some((one) => one.expected !== one.computed)) throw new DigestMismatch(digests);
    signal?.throwIfAborted();
    const blockList = list.bytes();
    received = {
      ref: {
        digest: expected.digests[0],
        length,
        blocks: { bytes: blockBytes, digest: sha256(blockList).toString('hex') },
      },
      blockList,
      mediaType: mediaType ?? (await mediaTypeOf(new Uint8Array())),
    };
  }

  return {
    blocks: blocks(),
    received() {
      if (received === undefined) throw new Error('The content has not been received whole.');
      return received;
    },
  };
}

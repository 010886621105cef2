import { createHash } from 'node:crypto';

/** The size of the blocks of all content that is kept from now on; a reference remembers its own. */
export const blockBytes = 1024 * 1024;
/** One entry of a block list: a SHA-256. */
export const blockDigestBytes = 32;

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** How long the block list of content is. */
export function blockListBytes(length: number, bytes: number): number {
  return Math.ceil(length / bytes) * blockDigestBytes;
}

/** A block list that grows: one buffer, so that a terabyte of content costs 32 MiB and not a million objects. */
export function growingBlockList(): {
  add(block: Uint8Array): void;
  /** Of a block that was hashed elsewhere. */
  addDigest(digest: Uint8Array): void;
  bytes(): Uint8Array;
} {
  let list = Buffer.alloc(64 * blockDigestBytes);
  let filled = 0;
  const addDigest = (digest: Uint8Array): void => {
    if (filled === list.length) list = Buffer.concat([list], list.length * 2);
    list.set(digest, filled);
    filled += digest.length;
  };
  return {
    add: (block) => addDigest(sha256(block)),
    addDigest,
    bytes: () => list.subarray(0, filled),
  };
}

/**
 * The same bytes in blocks of exactly this size, the last shorter. They are copies: a source that uses its buffers
 * again cannot change what was hashed and is still being written.
 */
export async function* inBlocks(
  content: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array, void> {
  let block = Buffer.allocUnsafe(bytes);
  let filled = 0;
  for await (const chunk of content)
    for (let taken = 0; taken < chunk.length;) {
      const part = chunk.subarray(taken, taken + bytes - filled);
      block.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < bytes) continue;
      yield block;
      block = Buffer.allocUnsafe(bytes);
      filled = 0;
    }
  if (filled > 0) yield block.subarray(0, filled);
}

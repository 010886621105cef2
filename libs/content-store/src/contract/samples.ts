import { createHash, randomBytes } from 'node:crypto';
import { addressOf, digestAlgorithms, opensslName } from '../address.js';
import { blockBytes } from '../blocks.js';
import type { Digest, DigestAlgorithm, Expected } from '../content-store.js';

/** Where mistakes of one byte would show: around the edges of blocks. */
export const edgeSizes: readonly number[] = [
  0,
  1,
  blockBytes - 1,
  blockBytes,
  blockBytes + 1,
  3 * blockBytes,
  3 * blockBytes + 1,
];

/** Content that nobody has stored before. */
export function sampleContent(bytes: number): Buffer {
  return randomBytes(bytes);
}

export function digestOf(content: Uint8Array, algorithm: DigestAlgorithm = 'sha-256'): Digest {
  return { algorithm, value: createHash(opensslName(algorithm)).update(content).digest('hex') };
}

/** What is true of this content: its digest by this algorithm first, then by all others. */
export function expectedOf(content: Uint8Array, first: DigestAlgorithm = 'sha-256'): Expected {
  const others = digestAlgorithms.filter((algorithm) => algorithm !== first);
  return {
    digests: [digestOf(content, first), ...others.map((algorithm) => digestOf(content, algorithm))],
    length: content.length,
  };
}

export function addressIn(content: Uint8Array, algorithm: DigestAlgorithm = 'sha-256'): string {
  return addressOf(digestOf(content, algorithm));
}

/** The content as a socket gives it: in chunks that fit no block, each in the same buffer. */
export async function* streamOf(content: Uint8Array, chunkBytes = 100_003): AsyncGenerator<Uint8Array, void> {
  const shared = Buffer.alloc(chunkBytes);
  for (let at = 0; at < content.length; at += chunkBytes) {
    const chunk = content.subarray(at, at + chunkBytes);
    shared.set(chunk);
    yield shared.subarray(0, chunk.length);
    shared.fill(0);
    await Promise.resolve();
  }
}

/** The same bytes but one bit of this one. */
export function flipped(content: Uint8Array, at: number): Uint8Array {
  const changed = Buffer.from(content);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}

export async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a stream gave before it failed, and how it failed. */
export async function bytesUntilFailure(
  content: AsyncIterable<Uint8Array>,
): Promise<{ given: Buffer; error: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of content) chunks.push(chunk);
  } catch (error) {
    return { given: Buffer.concat(chunks), error };
  }
  throw new Error('the stream was expected to fail, and ended');
}

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { opensslName, requireRef } from './address.js';
import { growingBlockList, sha256 } from './blocks.js';
import type { Breach, Checked, CheckOptions, ContentRef } from './content-store.js';
import { ContentBreach } from './errors.js';
import type { Held, Shelf } from './shelf.js';
import { verifiedBlockList } from './verified-read.js';

/**
 * `ContentStore.check` for every adapter. The blocks are hashed as well only where their list is lacking, which costs
 * almost half of the speed.
 */
export async function check(shelf: Shelf, ref: ContentRef, options: CheckOptions = {}): Promise<Checked> {
  requireRef(ref);
  const { bytesPerSecondMax = Infinity } = options;
  if (!(bytesPerSecondMax > 0)) throw new RangeError('A check needs a rate of more than 0 bytes per second.');
  options.signal?.throwIfAborted();
  try {
    const held = await shelf.open(ref.digest);
    try {
      const breach = await breachOf(shelf, held, ref, options);
      return breach === undefined ? { intact: true } : { intact: false, breach };
    } finally {
      await held.close();
    }
  } catch (error) {
    if (error instanceof ContentBreach) return { intact: false, breach: error.breach };
    throw error;
  }
}

async function breachOf(
  shelf: Shelf,
  held: Held,
  ref: ContentRef,
  options: CheckOptions,
): Promise<Breach | undefined> {
  const listed = (await verifiedBlockList(shelf, ref)) instanceof Uint8Array;
  const list = growingBlockList();
  const breach = await contentBreach(held, ref, ref.blocks.bytes, options, (piece) => {
    if (!listed) list.add(piece);
  });
  if (breach !== undefined || listed) return breach;
  return keepListOf(shelf, ref, list.bytes());
}

/** Hashes what is held, piece by piece; undefined when it has the length and the digest that it should. */
export async function contentBreach(
  held: Held,
  { digest: { algorithm, value: expected }, length }: Pick<ContentRef, 'digest' | 'length'>,
  pieceBytes: number,
  { signal, bytesPerSecondMax = Infinity, onBytes }: CheckOptions = {},
  onPiece?: (piece: Uint8Array) => void,
): Promise<Breach | undefined> {
  if (held.length !== length) return { kind: 'length', expected: length, found: held.length };
  const hash = createHash(opensslName(algorithm));
  const startedAt = performance.now();
  let found = 0;
  for await (const piece of held.pieces(0, length, pieceBytes, signal)) {
    hash.update(piece);
    onPiece?.(piece);
    found += piece.length;
    onBytes?.(piece.length);
    const ahead = pauseMs(found, performance.now() - startedAt, bytesPerSecondMax);
    if (ahead > 0) await delay(ahead, undefined, signal && { signal });
  }
  if (found !== length) return { kind: 'length', expected: length, found };
  const computed = hash.digest('hex');
  return computed === expected ? undefined : { kind: 'digest', algorithm, expected, computed };
}

/** The list that was computed is kept only when the reference vouches for it. */
async function keepListOf(shelf: Shelf, ref: ContentRef, list: Uint8Array): Promise<Breach | undefined> {
  const computed = sha256(list).toString('hex');
  const expected = ref.blocks.digest;
  if (computed !== expected) return { kind: 'blockList', expected, computed };
  await shelf.keepBlockList(ref.digest, list);
  return undefined;
}

/** The longest that a timer can be set to. */
const restMsMax = 2 ** 31 - 1;

/** How long to rest so that so many bytes took no less time than the rate allows. */
export function pauseMs(bytes: number, elapsedMs: number, bytesPerSecondMax: number): number {
  return Math.min(Math.max(0, (bytes / bytesPerSecondMax) * 1000 - elapsedMs), restMsMax);
}

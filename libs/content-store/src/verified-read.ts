import { requireRef } from './address.js';
import { blockDigestBytes, blockListBytes, sha256 } from './blocks.js';
import type { Breach, ByteRange, ContentRef } from './content-store.js';
import { ContentBreach } from './errors.js';
import type { Shelf } from './shelf.js';

/** `ContentStore.read` for every adapter. */
export async function* verifiedRead(
  shelf: Shelf,
  ref: ContentRef,
  range: ByteRange = { start: 0, end: ref.length },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  requireRef(ref);
  requireRange(range, ref.length);
  signal?.throwIfAborted();
  const held = await shelf.open(ref.digest);
  try {
    if (held.length !== ref.length)
      throw new ContentBreach(ref.digest, { kind: 'length', expected: ref.length, found: held.length });
    const list = await verifiedBlockList(shelf, ref);
    if (!(list instanceof Uint8Array)) throw new ContentBreach(ref.digest, list);
    if (range.start === range.end) return;

    const { bytes } = ref.blocks;
    let block = Math.floor(range.start / bytes);
    const end = Math.min(Math.ceil(range.end / bytes) * bytes, ref.length);
    for await (const piece of held.pieces(block * bytes, end, bytes, signal)) {
      signal?.throwIfAborted();
      const at = block * bytes;
      requireBlock(ref, list, block, piece);
      yield piece.subarray(Math.max(range.start - at, 0), Math.min(range.end - at, piece.length));
      block += 1;
    }
    // A last block that was cut off has another digest; only whole blocks can be lacking.
    const found = Math.min(block * bytes, ref.length);
    if (found < end) throw new ContentBreach(ref.digest, { kind: 'length', expected: ref.length, found });
  } finally {
    await held.close();
  }
}

/** The block list when it is the one that the reference names, else what is wrong with it. */
export async function verifiedBlockList(shelf: Shelf, ref: ContentRef): Promise<Uint8Array | Breach> {
  const list = await shelf.blockList(ref.digest, blockListBytes(ref.length, ref.blocks.bytes));
  const expected = ref.blocks.digest;
  if (list === undefined) return { kind: 'blockList', expected };
  const computed = sha256(list).toString('hex');
  const whole = list.length === blockListBytes(ref.length, ref.blocks.bytes);
  return whole && computed === expected ? list : { kind: 'blockList', expected, computed };
}

function requireBlock(ref: ContentRef, list: Uint8Array, block: number, piece: Uint8Array): void {
  const listed = list.subarray(block * blockDigestBytes, (block + 1) * blockDigestBytes);
  const computed = sha256(piece);
  if (computed.equals(listed)) return;
  throw new ContentBreach(ref.digest, {
    kind: 'digest',
    algorithm: 'sha-256',
    expected: Buffer.from(listed).toString('hex'),
    computed: computed.toString('hex'),
    block,
  });
}

function requireRange({ start, end }: ByteRange, length: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || start > end || end > length)
    throw new RangeError(`A range lies within the ${length} bytes of the content.`);
}

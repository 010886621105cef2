/**
 * ISO/IEC 7816-4 padding: the text, one byte 0x80, then zeros up to a multiple of the block. A sealed name is as long
 * as any other text of up to 255 bytes.
 */
export const blockBytes = 256;
const mark = 0x80;

/** The padded UTF-8 of a text, in memory of its own, which the caller fills with zeros after use. */
export function padded(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const block = Buffer.alloc(paddedBytes(bytes));
  block.write(text);
  block[bytes] = mark;
  return block;
}

/** The text without its padding, or undefined when it has none. */
export function unpadded(block: Buffer): string | undefined {
  let end = block.length - 1;
  while (end >= 0 && block[end] === 0) end -= 1;
  return end >= 0 && block[end] === mark ? block.toString('utf8', 0, end) : undefined;
}

export const paddedBytes = (bytes: number): number => (Math.floor(bytes / blockBytes) + 1) * blockBytes;

import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, inflateRawSync } from 'node:zlib';
import { type Form, formsOf } from './text-forms.js';

/** Where a text was found, and in which form. */
export interface Hit {
  readonly where: string;
  /** In bytes from the beginning; of what was compressed, where that begins. */
  readonly offset: number;
  readonly text: string;
  readonly form: string;
}

const chunkBytes = 4 * 1024 * 1024;
/** Of what is compressed so much is looked at, from its header on. It is also how much of a chunk is seen again. */
const memberBytesMax = 512 * 1024;
const inflatedBytesMax = 64 * 1024 * 1024;
/** Of each text; more hits say nothing more. */
const hitsMax = 50;

/**
 * Searches bytes for texts in every form of `formsOf`, also inside of what gzip and zlib compressed, wherever its header is
 * found. Memory stays bounded: two chunks, and what one of them inflates to.
 */
export class ByteSearch {
  readonly hits: Hit[] = [];
  /** What was looked at. */
  bytes = 0;
  readonly #forms: readonly Form[];

  constructor(texts: readonly string[]) {
    this.#forms = texts.flatMap(formsOf);
  }

  hitsOf(text: string): readonly Hit[] {
    return this.hits.filter((hit) => hit.text === text);
  }

  /** Every file under a folder, or of what it is told are files. Gives how many they were. */
  async folder(path: string): Promise<number> {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) await this.file(join(parentPath, name));
    return files.length;
  }

  /** A file that is removed meanwhile was none. */
  async file(path: string): Promise<void> {
    try {
      await this.stream(path, createReadStream(path, { highWaterMark: chunkBytes }));
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isGone) throw error;
    }
  }

  text(where: string, text: string): void {
    this.#window(where, Buffer.from(text), 0, Number.POSITIVE_INFINITY);
    this.bytes += Buffer.byteLength(text);
  }

  /** Chunks that follow one another. What begins in the last bytes of a chunk is found with the next one. */
  async stream(where: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    let rest = Buffer.alloc(0);
    let offset = 0;
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      const window = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = Math.max(0, window.length - memberBytesMax);
      this.#window(where, window, offset, end);
      rest = Buffer.from(window.subarray(end));
      offset += end;
    }
    this.#window(where, rest, offset, Number.POSITIVE_INFINITY);
  }

  /** Whatever begins before `end`. */
  #window(where: string, bytes: Buffer, offset: number, end: number): void {
    this.#plain(where, bytes, offset, end, '');
    for (const { first, second, headerBytes } of compressions)
      for (let at = bytes.indexOf(first); at >= 0 && at < end; at = bytes.indexOf(first, at + 1)) {
        if (!second.has(bytes[at + 1] ?? 0)) continue;
        const member = bytes.subarray(at, at + memberBytesMax);
        const clear = inflated(member.subarray(headerBytes(member)));
        if (clear !== undefined) this.#plain(where, clear, offset + at, undefined, ' compressed');
      }
  }

  #plain(where: string, bytes: Buffer, offset: number, end: number | undefined, suffix: string): void {
    for (const form of this.#forms)
      for (
        let at = bytes.indexOf(form.bytes);
        at >= 0 && at < (end ?? bytes.length) && this.hitsOf(form.text).length < hitsMax;
        at = bytes.indexOf(form.bytes, at + 1)
      )
        this.hits.push({
          where,
          offset: end === undefined ? offset : offset + at,
          text: form.text,
          form: form.name + suffix,
        });
  }
}

/** What begins like a member of gzip (RFC 1952) or a zlib stream (RFC 1950) with the usual window; few are one. */
const compressions: readonly {
  readonly first: number;
  readonly second: ReadonlySet<number>;
  readonly headerBytes: (bytes: Buffer) => number;
}[] = [
  { first: 0x1f, second: new Set([0x8b]), headerBytes: gzipHeaderBytes },
  { first: 0x78, second: new Set([0x01, 0x5e, 0x9c, 0xda]), headerBytes: () => 2 },
];

const flagsAt = 3;
const [hasHeaderChecksum, hasExtra, hasName, hasComment] = [0x02, 0x04, 0x08, 0x10];

function gzipHeaderBytes(bytes: Buffer): number {
  const flags = bytes[flagsAt] ?? 0;
  let at = 10;
  if (flags & hasExtra) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [hasName, hasComment]) if (flags & flag) at = Math.max(at, bytes.indexOf(0, at) + 1);
  return flags & hasHeaderChecksum ? at + 2 : at;
}

/** Without the checksums at the end, which what was cut off does not have, and whatever may follow. */
const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: inflatedBytesMax };

function inflated(bytes: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(bytes, options);
  } catch {
    return undefined; // It only looked like one.
  }
}

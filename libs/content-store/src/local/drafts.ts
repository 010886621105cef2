import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, open, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, onDisk } from './disk.js';

/** Only reading, and only by the owner: kept content is never changed again. */
const keptMode = 0o400;
const draftMode = 0o600;
/**
 * The disk begins to keep the first bytes while the last are still to come. Left to the end, it stood idle during the
 * upload and the upload waited for it: 410 MiB/s became 670, with the hashing on two threads.
 */
const flushEveryBytes = 64 * 1024 * 1024;

/**
 * Files that are being written. Whatever is in this folder belongs to nobody but the upload that writes it; after a
 * crash it is rubbish, which `sweep` removes.
 */
export class Drafts {
  constructor(readonly folder: string) {}

  /**
   * Writes a draft and gives its path. When it settles, its bytes and its mode survive a crash of the machine, and its
   * name may not. When it fails, the file is gone, or left to `sweep` where it cannot be removed.
   */
  async write(blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
    const path = join(this.folder, randomUUID());
    const file = await onDisk(open(path, 'wx', draftMode));
    try {
      try {
        await writeAll(file, blocks);
        await onDisk(file.chmod(keptMode));
        // fsync where fdatasync would do for the bytes: the mode belongs to what is promised.
        await onDisk(file.sync());
      } finally {
        await file.close();
      }
      return path;
    } catch (error) {
      await this.discard(path);
      throw error;
    }
  }

  /** Removes a draft if it can; a draft that stays is rubbish and not a failure. */
  async discard(path: string): Promise<void> {
    await rm(path, { force: true }).catch(() => undefined);
  }

  /** Removes the drafts that nobody has written to for longer than this. */
  async sweep(olderThanMs: number): Promise<{ removed: number; bytes: number }> {
    const swept = { removed: 0, bytes: 0 };
    const before = Date.now() - olderThanMs;
    for await (const { name } of await onDisk(opendir(this.folder))) {
      const path = join(this.folder, name);
      const found = await lstat(path).catch(ignoreMissing);
      if (found === undefined || Math.floor(found.mtimeMs) > before) continue;
      await onDisk(rm(path, { force: true, recursive: true }));
      swept.removed += 1;
      // After a crash between the link and the removal of the draft, the bytes are kept under their address.
      if (found.nlink === 1) swept.bytes += found.size;
    }
    return swept;
  }
}

/** The disk writes a block while the next one comes in and is hashed; never more than these two are in memory. */
async function writeAll(
  file: FileHandle,
  blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  let writing = Promise.resolve();
  let flushing = Promise.resolve();
  let position = 0;
  let flushed = 0;
  try {
    for await (const block of blocks) {
      await writing;
      if (position - flushed >= flushEveryBytes) {
        await flushing;
        flushing = handled(onDisk(file.datasync()));
        flushed = position;
      }
      // Awaited with the next block.
      writing = handled(onDisk(writeBlock(file, block, position)));
      position += block.length;
    }
  } finally {
    // Nothing may still be under way when the file is closed.
    await Promise.allSettled([writing, flushing]);
  }
  await Promise.all([writing, flushing]);
}

/** The same, whose failure is not unhandled until somebody awaits it. */
function handled(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}

async function writeBlock(file: FileHandle, block: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < block.length;) {
    const { bytesWritten } = await file.write(block, written, block.length - written, position + written);
    written += bytesWritten;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

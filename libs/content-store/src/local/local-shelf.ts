import { access, constants, type FileHandle, open } from 'node:fs/promises';
import type { Digest } from '../content-store.js';
import { ContentBreach } from '../errors.js';
import type { Held, Shelf } from '../shelf.js';
import { codeOf, onDisk } from './disk.js';
import type { Drafts } from './drafts.js';
import type { Places } from './places.js';

/** Follows no symbolic link, and does not wait for the writer of a pipe that somebody put there. */
const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** A symbolic link and a socket refuse to be opened in these words. */
const notAFileCodes: ReadonlySet<string> = new Set(['ELOOP', 'EMLINK', 'ENXIO']);

/** What lies in the folder, as it lies there. */
export function localShelf(places: Places, drafts: Drafts): Shelf {
  return {
    async open(digest) {
      const file = await openFile(places.pathOf(digest));
      // A folder that is gone, such as a disk that is not mounted, is an outage and not the loss of evidence.
      if (file === 'missing') await onDisk(access(drafts.folder));
      if (file === 'missing' || file === 'notAFile') throw new ContentBreach(digest, { kind: file });
      return held(file);
    },
    async blockList(digest, bytesMax) {
      const file = await openFile(places.blockListPathOf(digest));
      if (file === 'missing' || file === 'notAFile') return undefined;
      try {
        return await readAt(file, 0, bytesMax + 1);
      } finally {
        await file.close();
      }
    },
    async keepBlockList(digest: Digest, list) {
      const draft = await drafts.write([list]);
      try {
        await places.keepBlockList(draft, digest);
      } catch (error) {
        await drafts.discard(draft);
        throw error;
      }
    },
  };
}

async function openFile(path: string): Promise<FileHandle | 'missing' | 'notAFile'> {
  let file: FileHandle;
  try {
    file = await open(path, readOnly);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    if (notAFileCodes.has(code)) return 'notAFile';
    return onDisk(Promise.reject(error));
  }
  if ((await onDisk(file.stat())).isFile()) return file;
  await file.close();
  return 'notAFile';
}

async function held(file: FileHandle): Promise<Held> {
  const { size } = await onDisk(file.stat());
  return {
    length: size,
    async *pieces(start, end, bytes, signal) {
      // The disk reads a piece while the one before it is hashed and given out.
      const pieceAt = (at: number): Promise<Uint8Array> => {
        const piece = readAt(file, at, Math.min(bytes, end - at));
        piece.catch(() => undefined);
        return piece;
      };
      let next = start < end ? pieceAt(start) : undefined;
      for (let at = start; next !== undefined; at += bytes) {
        signal?.throwIfAborted();
        const piece = await next;
        const whole = piece.length === bytes && at + bytes < end;
        next = whole ? pieceAt(at + bytes) : undefined;
        if (piece.length > 0) yield piece;
      }
    },
    close: () => file.close(),
  };
}

/** Fewer bytes only where the file ends. */
async function readAt(file: FileHandle, position: number, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await onDisk(file.read(buffer, filled, bytes - filled, position + filled));
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A private file as it was read. */
export interface FoundFile {
  readonly bytes: Buffer;
  /** Permission bits, as `chmod` has them. */
  readonly mode: number;
}

/**
 * Makes a private file (0600) unless there is one of this name; of two that try at once one wins. Whichever it was is
 * durable when this settles: the bytes before the name, the name before the draft goes. Gives whether it was this one.
 */
export async function createOnce(file: string, bytes: Uint8Array | string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeDurably(draft, bytes);
    await link(draft, file);
    await syncFolder(dirname(file));
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    await syncFolder(dirname(file));
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Reads a file, or gives undefined when there is none. What was read is durable: while a file has its draft's name too,
 * its maker may not have come to that, and whatever a key seals must not be stored before the key is sure to stay.
 */
export async function readIfThere(file: string): Promise<FoundFile | undefined> {
  const handle = await openIfThere(file, 'r');
  if (handle === undefined) return undefined;
  try {
    const { mode, nlink } = await handle.stat();
    if (nlink > 1) await syncFolder(dirname(file));
    return { bytes: await handle.readFile(), mode: mode & 0o777 };
  } finally {
    await handle.close();
  }
}

/**
 * Overwrites a file with zeros and removes it, both durably; a crash in between leaves zeros. False when there is none.
 * Drives that spread their writes, and file systems that copy on write, may keep the old bytes (NIST SP 800-88).
 */
export async function destroy(file: string): Promise<boolean> {
  const handle = await openIfThere(file, 'r+');
  if (handle === undefined) return false;
  try {
    const { size } = await handle.stat();
    await handle.writeFile(Buffer.alloc(size));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await unlink(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  await syncFolder(dirname(file));
  return true;
}

/** Makes a folder that only its owner may enter, with its parents. */
export async function privateFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = resolve(folder); made.startsWith(resolve(first)); made = dirname(made))
    await syncFolder(dirname(made));
}

/** Makes the names in a folder durable. Windows opens no folders, and its file systems journal names themselves. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The `code` of a system error (`ENOENT`), or '' when it has none. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Whether the operating system refused something. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

async function openIfThere(file: string, flags: 'r' | 'r+') {
  try {
    return await open(file, flags);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeDurably(file: string, bytes: Uint8Array | string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

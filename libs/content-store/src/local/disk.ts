import { open } from 'node:fs/promises';
import { ContentStoreUnavailable, StoreFull } from '../errors.js';

const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The `code` of a system error (`ENOENT`), or '' when it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Waits for the disk, and says in the words of the port what it refused. Messages name no path; causes do. */
export async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === '') throw error;
    if (fullCodes.has(code)) throw new StoreFull(`The content store is full (${code}).`, { cause: error });
    throw new ContentStoreUnavailable(`The content store's folder fails (${code}).`, { cause: error });
  }
}

/** Makes the names in a folder survive a crash of the machine: a new file's own fsync does not. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

import {
  ContentBreach,
  ContentStoreUnavailable,
  DigestMismatch,
  LengthMismatch,
  StoreFull,
} from '../errors.js';

/** What servers of several makers say when there is no room, or no more is allowed. */
const fullNames: ReadonlySet<string> = new Set([
  'InsufficientStorage',
  'NoSpaceLeft',
  'NoSpaceLeftOnDevice',
  'QuotaExceeded',
  'StorageFull',
  'XMinioAdminBucketQuotaExceeded',
  'XMinioStorageFull',
]);
/** RFC 4918, section 11.5. */
const insufficientStorage = 507;
const ourOwn = [ContentBreach, ContentStoreUnavailable, DigestMismatch, LengthMismatch, StoreFull];

/** The HTTP status that a server refused with, or undefined when none came. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata: unknown = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** `NoSuchBucket`, or of a failed connection `ECONNREFUSED`. */
function nameOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  return 'name' in error ? String(error.name) : 'unknown';
}

/**
 * Waits for the server, and says in the words of the port what it refused. Messages name the error and its status and
 * no more; the signal's own abort stays what it is.
 */
export async function onServer<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    if (ourOwn.some((known) => error instanceof known)) throw error;
    const status = statusOf(error);
    const named = nameOf(error);
    const code = status === undefined ? named : `${named}, status ${status}`;
    if (fullNames.has(named) || status === insufficientStorage)
      throw new StoreFull(`The content store is full (${code}).`, { cause: error });
    throw new ContentStoreUnavailable(`The content store's server fails (${code}).`, { cause: error });
  }
}

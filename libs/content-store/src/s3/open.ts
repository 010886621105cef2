import type { ContentStore } from '../content-store.js';
import type { S3Options } from './bucket.js';

/** `s3ContentStore`, loaded when it is first used: the SDK takes 14 MiB and a tenth of a second, and a folder needs none. */
export async function openS3ContentStore(options: S3Options): Promise<ContentStore> {
  const { s3ContentStore } = await import('./s3-content-store.js');
  return s3ContentStore(options);
}

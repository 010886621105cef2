import { check } from '../check.js';
import type { ContentStore } from '../content-store.js';
import { receive } from '../reception.js';
import { verifiedRead } from '../verified-read.js';
import { openBucket, type S3Options } from './bucket.js';
import { s3Shelf } from './s3-shelf.js';
import { sweepUploads } from './sweep.js';
import { condition, upload } from './upload.js';

/**
 * A bucket of any server that speaks S3. Content appears at its key at once and as a whole, when its upload is
 * completed, which happens only after everything matched; so of an interrupted one nothing is left but parts, which
 * `sweep` frees. Damaged content of up to 5 GiB is copied to `damaged/` and replaced; larger content must be moved by
 * hand, and `put` fails with the breach until then. Of uploads of the same content at once the last one is kept.
 */
export function s3ContentStore(options: S3Options): ContentStore {
  const bucket = openBucket(options);
  const shelf = s3Shelf(bucket);
  return {
    async put(content, expected, signal) {
      const reception = receive(content, expected, signal);
      // Before the content is read: it comes only once, and is needed when what is held turns out to be damaged.
      const found = await condition(shelf, expected, signal);
      const alreadyHeld = found === 'intact';
      if (alreadyHeld) for await (const _ of reception.blocks);
      else await upload(bucket, shelf, reception, expected, found, signal);
      const { ref, blockList, mediaType } = reception.received();
      if (alreadyHeld) await shelf.keepBlockList(ref.digest, blockList);
      return { ...ref, mediaType, alreadyHeld };
    },
    read: (ref, range, signal) => verifiedRead(shelf, ref, range, signal),
    check: (ref, options) => check(shelf, ref, options),
    sweep: (olderThanMs) => sweepUploads(bucket, olderThanMs),
    close() {
      bucket.client.destroy();
      return Promise.resolve();
    },
  };
}

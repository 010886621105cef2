import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { addressOf, damagedAddress } from '../address.js';
import { blockBytes } from '../blocks.js';
import { contentBreach } from '../check.js';
import type { Breach, Digest, Expected } from '../content-store.js';
import { ContentBreach } from '../errors.js';
import type { Reception } from '../reception.js';
import type { Shelf } from '../shelf.js';
import type { Bucket } from './bucket.js';
import { onServer } from './s3-errors.js';

const partBytesMin = 8 * 1024 * 1024;
/** Parts on their way at once; one more is being filled, and one put together. */
const partsAtOnceMax = 2;
/** Amazon's limits: the parts of one upload, and what one copy moves. */
const partsMax = 10_000;
const copyBytesMax = 5 * 1024 ** 3;

/** What stands at an address: nothing, the content, or something else of this length. */
export type Condition = 'missing' | 'intact' | { readonly breach: Breach; readonly length: number };

/** Hashes whatever is held at the address of the content that is expected. */
export async function condition(
  shelf: Shelf,
  { digests: [digest], length }: Expected,
  signal?: AbortSignal,
): Promise<Condition> {
  try {
    const held = await shelf.open(digest);
    try {
      const breach = await contentBreach(held, { digest, length }, blockBytes, signal && { signal });
      return breach === undefined ? 'intact' : { breach, length: held.length };
    } finally {
      await held.close();
    }
  } catch (error) {
    if (error instanceof ContentBreach && error.breach.kind === 'missing') return 'missing';
    throw error;
  }
}

/** Sends the content part by part. Its key is as it was until everything matched and the upload is completed. */
export async function upload(
  bucket: Bucket,
  shelf: Shelf,
  reception: Reception,
  { digests: [digest], length }: Expected,
  found: Exclude<Condition, 'intact'>,
  signal?: AbortSignal,
): Promise<void> {
  if (found !== 'missing' && found.length > copyBytesMax)
    throw new ContentBreach(digest, found.breach, ' It is too large to be moved aside by a copy.');
  const thrown: { error?: unknown } = {};

  // The last part leaves only after this has ended, and no upload is completed without its last part.
  async function* body(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* reception.blocks;
      if (found !== 'missing') await copyAside(bucket, digest);
      // The block list first: one without content is never looked at, content without its list could not be read.
      await shelf.keepBlockList(digest, reception.received().blockList);
    } catch (error) {
      thrown.error = error;
      throw error;
    }
  }

  const stream = Readable.from(body(), { objectMode: false, highWaterMark: blockBytes });
  const sending = new Upload({
    client: bucket.client,
    params: { ...bucket.at(addressOf(digest)), Body: stream },
    partSize: partBytesFor(length),
    queueSize: partsAtOnceMax,
  });
  try {
    await onServer(sending.done(), signal);
  } catch (error) {
    // The SDK ends the upload before it throws, and throws something else when that fails too.
    throw 'error' in thrown ? thrown.error : error;
  } finally {
    stream.destroy();
  }
}

/** So large that the parts suffice: 8 MiB up to 78 GiB of content. */
export function partBytesFor(length: number): number {
  const needed = Math.ceil(length / partsMax / blockBytes) * blockBytes;
  return Math.max(partBytesMin, needed);
}

async function copyAside(bucket: Bucket, digest: Digest): Promise<void> {
  const { Bucket, Key } = bucket.at(addressOf(digest));
  const source = [Bucket, ...Key.split('/')].map(encodeURIComponent).join('/');
  const aside = bucket.at(damagedAddress(digest, randomBytes(4).toString('hex')));
  await onServer(bucket.client.send(new CopyObjectCommand({ ...aside, CopySource: source })));
}

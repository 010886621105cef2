import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { addressOf, blockListAt } from '../address.js';
import { ContentBreach } from '../errors.js';
import type { Held, Shelf } from '../shelf.js';
import type { Bucket } from './bucket.js';
import { onServer, statusOf } from './s3-errors.js';

/**
 * How much one request asks for: whole pieces, of about this size. It is taken into memory at once, so that a reader
 * who rests for an hour holds no connection which the server would cut.
 */
const requestBytesAim = 8 * 1024 * 1024;
/** A connection may be cut in the middle of an answer, which the SDK does not repeat. */
const attemptsMax = 3;
const notFound = 404;
/** The range begins where the object ends. */
const notSatisfiable = 416;

/** What lies in the bucket, as it lies there. */
export function s3Shelf(bucket: Bucket): Shelf {
  const { client } = bucket;
  return {
    async open(digest) {
      const address = addressOf(digest);
      const length = await lengthAt(bucket, address);
      if (length === undefined) throw new ContentBreach(digest, { kind: 'missing' });
      return held(bucket, address, length);
    },
    async blockList(digest, bytesMax) {
      const address = blockListAt(addressOf(digest));
      // As many as there should be and one more, which tells that there are too many.
      return rangeOf(bucket, address, 0, bytesMax + 1);
    },
    async keepBlockList(digest, list) {
      const place = bucket.at(blockListAt(addressOf(digest)));
      await onServer(client.send(new PutObjectCommand({ ...place, Body: list })));
    },
  };
}

/** The length of the object at an address; undefined when there is none. */
async function lengthAt(bucket: Bucket, address: string): Promise<number | undefined> {
  try {
    const { ContentLength } = await bucket.client.send(new HeadObjectCommand(bucket.at(address)));
    return ContentLength ?? 0;
  } catch (error) {
    if (statusOf(error) !== notFound) return onServer(Promise.reject(error));
    // The same answer, without a word why, comes for a bucket that is gone: an outage, and not the loss of evidence.
    await onServer(bucket.client.send(new HeadBucketCommand({ Bucket: bucket.name })));
    return undefined;
  }
}

function held(bucket: Bucket, address: string, length: number): Held {
  return {
    length,
    async *pieces(start, end, bytes, signal) {
      const requestBytes = Math.max(1, Math.floor(requestBytesAim / bytes)) * bytes;
      for (let at = start; at < end; at += requestBytes) {
        signal?.throwIfAborted();
        const wanted = Math.min(requestBytes, end - at);
        const found = await rangeOf(bucket, address, at, at + wanted, signal);
        if (found === undefined) return;
        for (let piece = 0; piece < found.length; piece += bytes) yield found.subarray(piece, piece + bytes);
        if (found.length < wanted) return;
      }
    },
    close: () => Promise.resolve(),
  };
}

/** The bytes of a range as far as the object goes; undefined when it is gone. */
async function rangeOf(
  bucket: Bucket,
  address: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  const command = new GetObjectCommand({ ...bucket.at(address), Range: `bytes=${start}-${end - 1}` });
  for (let attempt = 1; ; attempt += 1)
    try {
      const { Body } = await bucket.client.send(command, signal && { abortSignal: signal });
      return Body === undefined ? new Uint8Array() : await Body.transformToByteArray();
    } catch (error) {
      signal?.throwIfAborted();
      if (statusOf(error) === notFound) return undefined;
      if (statusOf(error) === notSatisfiable) return new Uint8Array();
      // With a status it was refused, by a server that the SDK has asked often enough.
      if (statusOf(error) !== undefined || attempt === attemptsMax) return onServer(Promise.reject(error));
    }
}

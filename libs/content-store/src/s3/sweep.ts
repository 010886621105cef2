import {
  AbortMultipartUploadCommand,
  type ListMultipartUploadsCommandOutput,
  ListMultipartUploadsCommand,
  type MultipartUpload,
  ListPartsCommand,
  type ListPartsCommandInput,
  type ListPartsCommandOutput,
} from '@aws-sdk/client-s3';
import { digestAlgorithms } from '../address.js';
import type { Bucket } from './bucket.js';
import { onServer, statusOf } from './s3-errors.js';

/** A page has up to 1,000 uploads, or 1,000 parts of one. What is beyond waits for the next sweep. */
const pagesMax = 1_000;
const notFound = 404;

/** Ends the uploads that began longer ago than this and were never completed; their parts are freed. */
export async function sweepUploads(
  bucket: Bucket,
  olderThanMs: number,
): Promise<{ removed: number; bytes: number }> {
  const before = Date.now() - olderThanMs;
  const swept = { removed: 0, bytes: 0 };
  for await (const upload of unfinishedUploads(bucket)) {
    if (upload.Initiated === undefined || upload.Initiated.getTime() > before) continue;
    const bytes = await abandon(bucket, upload);
    if (bytes === undefined) continue;
    swept.removed += 1;
    swept.bytes += bytes;
  }
  return swept;
}

/** All that are under way or were interrupted, and only those of this store: other uploads may share the bucket. */
export async function* unfinishedUploads(bucket: Bucket): AsyncGenerator<MultipartUpload, void> {
  for (const algorithm of digestAlgorithms) {
    let next: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (let page = 0; page < pagesMax; page += 1) {
      const { Key: Prefix } = bucket.at(`${algorithm}/`);
      const found: ListMultipartUploadsCommandOutput = await onServer(
        bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name, Prefix, ...next })),
      );
      yield* found.Uploads ?? [];
      if (found.IsTruncated !== true) break;
      next = {
        ...(found.NextKeyMarker !== undefined && { KeyMarker: found.NextKeyMarker }),
        ...(found.NextUploadIdMarker !== undefined && { UploadIdMarker: found.NextUploadIdMarker }),
      };
    }
  }
}

/** How many bytes were freed; undefined when it ended by itself in the meantime. */
async function abandon(bucket: Bucket, { Key, UploadId }: MultipartUpload): Promise<number | undefined> {
  const upload = { Bucket: bucket.name, Key, UploadId };
  try {
    const bytes = await bytesOf(bucket, upload);
    await bucket.client.send(new AbortMultipartUploadCommand(upload));
    return bytes;
  } catch (error) {
    if (statusOf(error) === notFound) return undefined;
    return onServer(Promise.reject(error));
  }
}

async function bytesOf(bucket: Bucket, upload: ListPartsCommandInput): Promise<number> {
  let bytes = 0;
  let PartNumberMarker: string | undefined;
  // Not the SDK's paginator: it goes by the next marker, which some servers give on the last page too.
  for (let page = 0; page < pagesMax; page += 1) {
    const found: ListPartsCommandOutput = await bucket.client.send(
      new ListPartsCommand({ ...upload, PartNumberMarker }),
    );
    for (const { Size = 0 } of found.Parts ?? []) bytes += Size;
    if (found.IsTruncated !== true) break;
    PartNumberMarker = found.NextPartNumberMarker;
  }
  return bytes;
}

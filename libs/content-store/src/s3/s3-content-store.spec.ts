import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { describeWith } from '../../../../test/support/available.js';
import {
  type S3Server,
  startVersitygw,
  versitygwHere,
  versitygwStartMsMax,
} from '../../../../test/support/versitygw.js';
import { addressOf, blockListAt } from '../address.js';
import { type ContentPlace, contentStoreContract } from '../contract/index.js';
import {
  addressIn,
  bytesOf,
  bytesUntilFailure,
  expectedOf,
  sampleContent,
  streamOf,
} from '../contract/samples.js';
import { ContentStoreUnavailable } from '../errors.js';
import { openBucket, type S3Options } from './bucket.js';
import { s3ContentStore } from './s3-content-store.js';
import { unfinishedUploads } from './sweep.js';

const prefix = 'evidence of/2026/';
const mebibyte = 1024 * 1024;

describeWith(versitygwHere(), 'with a server of S3', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startVersitygw();
  }, versitygwStartMsMax);
  afterAll(() => server.stop());
  let onTestEnd: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await onTestEnd?.();
    onTestEnd = undefined;
  });

  const newBucket = async (): Promise<S3Options & { readonly folder: string }> => {
    const bucket = `bucket-${randomUUID()}`;
    const folder = join(server.folder, bucket);
    await mkdir(folder);
    const { endpoint, region, credentials } = server;
    return { endpoint, region, credentials, bucket, prefix, forcePathStyle: true, folder };
  };

  contentStoreContract('a bucket', {
    async open(): Promise<ContentPlace> {
      const options = await newBucket();
      const root = join(options.folder, prefix);
      const bucket = openBucket(options);
      const store = s3ContentStore(options);
      const other = s3ContentStore(options);
      return {
        store,
        other,
        addresses: async () => (await filesIn(root)).filter((name) => /^[^/]+\/..\/[0-9a-f]+$/.test(name)),
        async leftBehind() {
          let uploads = 0;
          for await (const _ of unfinishedUploads(bucket)) uploads += 1;
          return uploads;
        },
        async damaged() {
          const names = (await filesIn(root)).filter((name) => name.startsWith('damaged/'));
          return Promise.all(names.map((name) => readFile(join(root, name))));
        },
        async tamper({ digest }, what, bytes) {
          const path = join(root, what === 'content' ? addressOf(digest) : blockListAt(addressOf(digest)));
          await rm(path);
          if (bytes !== undefined) await writeFile(path, bytes);
        },
        async interrupt(bytes) {
          const place = bucket.at(addressIn(bytes));
          const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand(place));
          await bucket.client.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: bytes }));
        },
        async close() {
          bucket.client.destroy();
          await Promise.all([store.close(), other.close()]);
          await rm(options.folder, { recursive: true });
        },
      };
    },
  });

  test('content of many parts is kept and read as it was given', async () => {
    const store = s3ContentStore(await newBucket());
    const content = sampleContent(40 * mebibyte + 11);
    const stored = await store.put(streamOf(content), expectedOf(content));
    expect((await bytesOf(store.read(stored))).equals(content)).toBe(true);
    expect(await store.check(stored)).toEqual({ intact: true });
    await store.close();
  });

  test('uploads of others in the same bucket are left alone by a sweep', async () => {
    const options = await newBucket();
    const { client, name } = openBucket(options);
    await client.send(new CreateMultipartUploadCommand({ Bucket: name, Key: 'theirs' }));
    client.destroy();
    for (const owned of [options, { ...options, prefix: '' }]) {
      const store = s3ContentStore(owned);
      expect(await store.sweep(0)).toEqual({ removed: 0, bytes: 0 });
      await store.close();
    }
  });

  test.each([
    ['a wrong secret', { credentials: { accessKeyId: 'inquest', secretAccessKey: 'the-wrong-secret' } }],
    ['a missing bucket', { bucket: 'there-is-none' }],
    ['an address where nobody answers', { endpoint: 'http://127.0.0.1:9' }],
  ])('%s is an outage, whose message tells no secret', async (_what, change) => {
    const store = s3ContentStore({ ...(await newBucket()), ...change });
    const content = sampleContent(10);
    const ref = {
      digest: expectedOf(content).digests[0],
      length: 10,
      blocks: { bytes: 8, digest: 'a'.repeat(64) },
    };
    for (const failing of [
      () => store.put(streamOf(content), expectedOf(content)),
      () => store.check(ref),
      () => store.sweep(0),
      () => bytesOf(store.read(ref)),
    ]) {
      const error: unknown = await failing().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ContentStoreUnavailable);
      expect(String(error)).not.toContain('secret');
    }
    await store.close();
  });

  test('a server that dies in the middle fails the upload and the reading, and nothing unverified was given', async () => {
    const mortal = await startVersitygw();
    onTestEnd = () => mortal.stop();
    const { endpoint, credentials, folder } = mortal;
    const options = { ...(await newBucket()), endpoint, credentials };
    await mkdir(join(folder, options.bucket));
    const store = s3ContentStore(options);
    const content = sampleContent(30 * mebibyte);
    const stored = await store.put(streamOf(content), expectedOf(content));

    const dying = async function* (bytes: Uint8Array, chunks: AsyncIterable<Uint8Array>) {
      let given = 0;
      for await (const chunk of chunks) {
        yield chunk;
        given += chunk.length;
        if (given > bytes.length / 2) await mortal.kill();
      }
    };
    const { given, error } = await bytesUntilFailure(dying(content, store.read(stored)));
    expect(error).toBeInstanceOf(ContentStoreUnavailable);
    expect(content.subarray(0, given.length).equals(given)).toBe(true);
    await expect(store.put(streamOf(content), expectedOf(content))).rejects.toThrow(ContentStoreUnavailable);
    await store.close();
  });
});

async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length))
    .toSorted();
}

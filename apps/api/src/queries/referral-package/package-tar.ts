import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Header, type Pack, pack } from 'tar-stream';
import type { PackageFile } from './package-files.js';

export interface TarOptions {
  /** The folder that everything is in. */
  readonly folder: string;
  /** Of every file: the same package is the same bytes. */
  readonly modifiedAt: Date;
  /** Aborts when the reader has left. */
  readonly signal: AbortSignal;
}

/** Bytes are not those that were promised. */
export class ContentDiffers extends Error {
  override readonly name = 'ContentDiffers';
}

/**
 * Writes the files as a tar, and last a file `SHA256SUMS` of all of them. Waits for a slow reader: no file is in memory
 * whole. Where something fails, `out` is destroyed and never ended, so nobody takes a part for the whole; rejects then
 * with what failed. That the reader has left is no failure.
 */
export async function writeTar(
  files: AsyncIterable<PackageFile>,
  out: Writable,
  { folder, modifiedAt, signal }: TarOptions,
): Promise<void> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const tar = pack();
  const headers = { mtime: modifiedAt, mode: 0o644, uid: 0, gid: 0, type: 'file' } as const;
  const produce = async () => {
    const sums: string[] = [];
    for await (const file of files) {
      const header = { ...headers, name: `${folder}/${file.name}`, size: file.size };
      sums.push(`${await addFile(tar, header, file, until)}  ${file.name}\n`);
    }
    const bytes = Buffer.from(sums.join(''));
    const list = { name: 'SHA256SUMS', size: bytes.length, read: () => Readable.from([bytes]) };
    await addFile(tar, { ...headers, name: `${folder}/SHA256SUMS`, size: bytes.length }, list, until);
    tar.finalize();
  };
  let failure: Error | undefined;
  const produced = produce().catch((error: unknown) => {
    const fault = asError(error);
    // What fails once the reader has left fails because of that.
    if (!until.aborted) failure = fault;
    tar.destroy(fault);
  });
  const sent = pipeline(Readable.from(tar), out, { signal: until }).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  const [, delivered] = await Promise.allSettled([produced, sent]);
  if (failure) throw failure;
  if (delivered.status === 'rejected' && !signal.aborted) throw delivered.reason;
}

/** Gives the SHA-256 of what was written; throws where that is another one than it has to be. */
async function addFile(
  tar: Pack,
  header: Partial<Header> & Pick<Header, 'name'>,
  file: PackageFile,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  const sink = tar.entry(header);
  // Each wait below ends by the signal; an error that nobody waits for must not end the process.
  sink.on('error', () => undefined);
  for await (const chunk of file.read(signal)) {
    signal.throwIfAborted();
    hash.update(chunk);
    if (!sink.write(chunk)) await once(sink, 'drain', { signal });
  }
  const finished = once(sink, 'finish', { signal });
  sink.end(null);
  await finished;
  const sum = hash.digest('hex');
  if (file.sha256 !== undefined && sum !== file.sha256)
    throw new ContentDiffers(`${file.name} has the SHA-256 ${sum}, not ${file.sha256}`);
  return sum;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

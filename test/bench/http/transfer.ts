import { randomFillSync, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { examples } from '#domain';
import { outputOf } from '../programs.js';
import type { ApiProcess } from './servers.js';

const mebibyte = 1024 * 1024;
const role = 'EvidenceCustodian';

/** Random data, because zeros would be compressed or left out by some disks. */
export async function randomFile(folder: string, mib: number): Promise<string> {
  await mkdir(folder);
  const path = join(folder, 'content');
  const file = await open(path, 'wx');
  const piece = Buffer.alloc(mebibyte);
  for (let written = 0; written < mib; written += 1) await file.write(randomFillSync(piece));
  await file.sync();
  await file.close();
  return path;
}

export async function digestOf(file: string): Promise<string> {
  const [digest = ''] = (await outputOf('sha256sum', [file])).split(' ');
  return digest;
}

/** A file as an item of evidence of the api: sent and taken by `curl`, which needs less of the machine than Node would. */
export class Exhibit {
  #id = '';

  constructor(
    private readonly api: ApiProcess,
    private readonly file: string,
    private readonly digest: string,
  ) {}

  /** Seconds of a first upload: what the one before left is removed, or it would be found and compared. */
  async upload(): Promise<number> {
    const kept = join(this.api.contentDir, 'sha-256', this.digest.slice(0, 2));
    // The folder itself stays: the api remembers that it made it.
    for (const name of await readdir(kept).catch(() => [])) await rm(join(kept, name));
    const answer = await this.#post('/v1/evidence', {
      ...examples.RegisterEvidence,
      digests: [{ algorithm: 'sha-256', value: this.digest }],
    });
    const { id }: { id: string } = JSON.parse(answer);
    this.#id = id;
    return this.#curl('/content', ['--upload-file', this.file], 'application/octet-stream');
  }

  /** Seconds until the last byte has come. */
  download(): Promise<number> {
    return this.#curl('/content', []);
  }

  async check(): Promise<number> {
    const begun = performance.now();
    await this.#post(`/v1/evidence/${this.#id}/check-integrity`, {});
    return (performance.now() - begun) / 1000;
  }

  async #post(path: string, body: object): Promise<string> {
    const response = await fetch(new URL(path, this.api.url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.api.tokenOf(role)}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
    return text;
  }

  async #curl(path: string, options: readonly string[], type?: string): Promise<number> {
    const headers = [
      `authorization: Bearer ${this.api.tokenOf(role)}`,
      ...(type ? [`content-type: ${type}`] : []),
    ];
    const said = await outputOf('curl', [
      '--silent',
      '--show-error',
      '--fail',
      ...headers.flatMap((header) => ['--header', header]),
      ...options,
      ...['--output', '/dev/null', '--write-out', '%{time_total}'],
      new URL(`/v1/evidence/${this.#id}${path}`, this.api.url).href,
    ]);
    return Number(said);
  }
}

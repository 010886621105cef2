import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../apps/standalone/src/postgres/server.js';
import type { Availability } from './available.js';
import { environmentWithoutSettings, runFolder } from './environment.js';
import { projectDir } from './spawn-module.js';
import { waitFor } from './wait-for.js';

/** A real S3 server of a suite's own, whose objects are files. */
export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The folder of all buckets; a new folder in it is a new bucket, an object a file in that. */
  readonly folder: string;
  /** Ends its process at once; requests fail from then on. */
  kill(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const version = 'v1.8.0';
const module = `github.com/versity/versitygw/cmd/versitygw@${version}`;
const cache = join(projectDir, 'node_modules', '.cache', 'inquest-versitygw');
const program = join(cache, `versitygw-${version}`);
const region = 'us-east-1';

/** The time that a `beforeAll` gives it: the first run of a machine builds the server. */
export const versitygwStartMsMax = 600_000;

/** Whether a server was built here, or can be. */
export function versitygwHere(): Availability {
  if (existsSync(program)) return { available: true };
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return { available: true };
  } catch {
    return { available: false, reason: 'no Go to build the S3 server versitygw' };
  }
}

/**
 * Starts it on a folder of this run, or below the one that is given. The run's end removes the folder even when the
 * suite does not.
 */
export async function startVersitygw(below = runFolder()): Promise<S3Server> {
  await buildOnce();
  const root = await mkdtemp(join(below, 's3-'));
  // Beside the objects, because not every file system keeps extended attributes.
  const [folder, metadata] = [join(root, 'buckets'), join(root, 'metadata')];
  for (const path of [folder, metadata]) await mkdir(path);
  const port = await freePort();
  const credentials = { accessKeyId: 'inquest', secretAccessKey: randomBytes(16).toString('hex') };
  const server = spawn(
    program,
    ['--port', `127.0.0.1:${port}`, '--quiet', '--region', region, 'posix', '--sidecar', metadata, folder],
    {
      env: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
      stdio: 'ignore',
    },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  await waitFor('versitygw to answer', () => answers(server, endpoint));
  const kill = () => ended(server, 'SIGKILL');
  return {
    endpoint,
    region,
    credentials,
    folder,
    kill,
    async stop() {
      await ended(server, 'SIGTERM');
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Built beside its place and renamed, so that of two processes that build it both find a whole one. */
async function buildOnce(): Promise<void> {
  if (existsSync(program)) return;
  await mkdir(cache, { recursive: true });
  const building = await mkdtemp(join(cache, 'building-'));
  try {
    await promisify(execFile)('go', ['install', module], {
      env: { ...environmentWithoutSettings(), GOBIN: building },
    });
    await rename(join(building, 'versitygw'), program);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

async function answers(server: ChildProcess, endpoint: string): Promise<boolean> {
  if (server.exitCode !== null) throw new Error(`versitygw ended with ${server.exitCode}.`);
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}

async function ended(server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill(signal);
  await once(server, 'exit');
}

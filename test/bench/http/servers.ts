import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { demoIssuer, demoTokenAlgorithm } from '#access';
import { trust } from '#event-sourcing';
import type { Bench } from '../figure.js';
import { ended, inChild } from './child.js';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** Of users who may do all that the traffic does. */
  readonly tokens: readonly string[];
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

export interface ApiProcess extends ServerProcess {
  /** Of a demo user. */
  tokenOf(role: string): string;
  /** Where it keeps content. */
  readonly contentDir: string;
  /** What other roles of the same installation are started with. */
  readonly environment: Readonly<Record<string, string>> & { readonly INQUEST_POSTGRES_URL: string };
}

/** What a standalone says of itself when it is ready. */
export interface Standalone extends ServerProcess {
  /** From the start of the process to the line that says it is ready. */
  readonly readyMs: number;
  readonly data: string;
}

const readyMsMax = 60_000;
const issuerUrl = 'https://issuer.bench.example';
/** A handful of users send what the bench measures; what one of them may ask is no part of it. */
const noLimit = { INQUEST_REQUESTS_PER_MINUTE_MAX: '100000000' };
/** Roles whose people file, triage, record, link, revise and assess. */
const working = ['Analyst', 'Investigator', 'Prosecutor'];

export async function startEmptyApp(bench: Bench): Promise<ServerProcess> {
  const module = new URL('./empty-app.js', import.meta.url);
  const { answer, child } = await inChild<{ url: string }>(module, {}, { timeoutMs: readyMsMax });
  const stop = () => ended(child);
  bench.atEnd(stop);
  return { url: answer.url, tokens: ['none'], child, stop };
}

/** Starts the role `api` as a process of its own, as `npm start` would start node, over an empty database. */
export async function startApi(bench: Bench): Promise<ApiProcess> {
  const url = await (await bench.postgres()).installation(`api_${randomUUID().slice(0, 8)}`);
  const issuer = await demoIssuer({
    issuerUrl,
    audience: 'inquest',
    password: 'bench',
    listenHost: '127.0.0.1',
  });
  const keys = createServer((_, response) => response.end(JSON.stringify(issuer.jwks))).listen(
    0,
    '127.0.0.1',
  );
  await once(keys, 'listening');
  const folder = join(bench.folder, `api-${randomUUID()}`);
  const contentDir = join(folder, 'content');
  const environment = {
    ...noLimit,
    INQUEST_POSTGRES_URL: url,
    INQUEST_PORT: '0',
    INQUEST_CONTENT_DIR: contentDir,
    INQUEST_KEYS_DIR: join(folder, 'keys'),
    // What goes on in the background would be measured with what is asked.
    INQUEST_INTEGRITY_CHECK_DAYS: '0',
    INQUEST_HASH_KEY: randomBytes(32).toString('base64'),
    INQUEST_OIDC_ISSUER: issuerUrl,
    INQUEST_OIDC_AUDIENCE: 'inquest',
    INQUEST_OIDC_ALGORITHMS: demoTokenAlgorithm,
    INQUEST_OIDC_JWKS_URL: `http://127.0.0.1:${trust<AddressInfo>(keys.address()).port}`,
  };
  const child = await spawnRole(bench, 'api', environment);
  const stop = async () => {
    await ended(child);
    keys.close();
  };
  bench.atEnd(stop);
  const apiUrl = await readyUrl(child);
  const tokenOf = (role: string) => issuer.tokens[role] ?? '';
  return { url: apiUrl, tokens: working.map(tokenOf), tokenOf, contentDir, environment, child, stop };
}

/** Starts another role of an installation as a process of its own. */
export async function startRole(
  bench: Bench,
  role: string,
  environment: Readonly<Record<string, string>>,
): Promise<Pick<ServerProcess, 'child' | 'url' | 'stop'>> {
  const child = await spawnRole(bench, role, environment);
  const stop = () => ended(child);
  bench.atEnd(stop);
  return { url: await readyUrl(child), child, stop };
}

async function spawnRole(
  bench: Bench,
  role: string,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const main = join(bench.root, 'dist', 'apps', role, 'src', 'main.js');
  // Nothing of ours: a setting of whoever runs the bench would change what is measured.
  return spawn(process.execPath, [...(await startOptions(bench.root)), main], {
    cwd: bench.root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env,
  });
}

async function readyUrl(child: ChildProcess): Promise<string> {
  const ready: { url?: string } = JSON.parse(await firstLine(child, child.stderr, () => 'see its log'));
  if (ready.url === undefined) throw new Error(`it said something else than that it is ready`);
  return ready.url;
}

/** What a script gives node before the program: read from the script, so that the bench runs what users run. */
export async function startOptions(root: string, script: 'start' | 'inquest' = 'start'): Promise<string[]> {
  const { scripts }: { scripts: Record<typeof script, string> } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  return scripts[script].split(' ').filter((word) => word.startsWith('--'));
}

/**
 * Starts what `npm start` starts, on a data folder of this run: a fresh one unless given.
 * @throws Error when it ends before it is ready.
 */
export async function startStandalone(
  bench: Bench,
  data = join(bench.folder, `standalone-${randomUUID()}`),
  nodeOptions: readonly string[] = [],
): Promise<Standalone> {
  const main = join(bench.root, 'dist/apps/standalone/src/main.js');
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...(await startOptions(bench.root)),
      ...nodeOptions,
      main,
      '--json',
      '--port',
      '0',
      '--data',
      data,
      '--empty',
    ],
    { cwd: bench.root, stdio: ['ignore', 'pipe', 'pipe'], env: noLimit },
  );
  const stop = () => ended(child);
  bench.atEnd(stop);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2_000)));
  const line = await firstLine(child, child.stdout, () => said);
  const readyMs = performance.now() - begun;
  const { url, tokens } = trust<{ url: string; tokens: Record<string, string> }>(JSON.parse(line));
  return {
    url,
    tokens: working.flatMap((role) => tokens[role] ?? []),
    child,
    readyMs,
    data,
    stop,
  };
}

async function firstLine(child: ChildProcess, output: Readable | null, said: () => string): Promise<string> {
  const slow = setTimeout(() => child.kill('SIGTERM'), readyMsMax);
  try {
    return await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`Inquest ended with ${code} before it was ready: ${said()}`)),
      );
      if (output !== null) createInterface(output).once('line', resolve);
    });
  } finally {
    clearTimeout(slow);
  }
}

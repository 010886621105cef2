import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { demoTokenAlgorithm } from '#access';
import { type ApiSuite, apiSuite } from '../support/api.js';
import { type PostgresProxy, postgresProxy } from '../support/postgres-proxy.js';
import { projectDir } from '../support/spawn-module.js';
import { environmentWithoutSettings } from '../support/environment.js';

let suite: ApiSuite;
let keys: Server;
let started: ChildProcess | undefined;
let proxy: PostgresProxy | undefined;
beforeAll(async () => {
  suite = await apiSuite();
  keys = createServer((_, response) => response.end(JSON.stringify(suite.issuer.jwks))).listen(
    0,
    '127.0.0.1',
  );
  await once(keys, 'listening');
});
afterEach(async () => {
  started?.kill('SIGKILL');
  await proxy?.close();
});
afterAll(async () => {
  keys.close();
  await suite.end();
});

const portOf = (server: Pick<Server, 'address'>) => (server.address() as AddressInfo).port;

/** The role `api` as whoever runs it starts it: from the build, with these settings and no other of ours. */
function run(settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['dist/apps/api/src/main.js'], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environmentWithoutSettings(),
      INQUEST_POSTGRES_URL: suite.url,
      INQUEST_PORT: '0',
      INQUEST_CONTENT_DIR: join(suite.folder, 'content'),
      INQUEST_KEYS_DIR: join(suite.folder, 'keys'),
      INQUEST_HASH_KEY: Buffer.alloc(32, 1).toString('base64'),
      INQUEST_OIDC_ISSUER: 'http://127.0.0.1/demo',
      INQUEST_OIDC_ALGORITHMS: demoTokenAlgorithm,
      INQUEST_OIDC_JWKS_URL: `http://127.0.0.1:${portOf(keys)}`,
      ...settings,
    },
  });
  started = child;
  return child;
}

async function ready(child: ReturnType<typeof run>): Promise<string> {
  const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string];
  const { url } = JSON.parse(line) as { url?: string };
  if (url === undefined) throw new Error(`it said something else than that it is ready: ${line}`);
  return url;
}

test('runs until it is told to stop, and ends in order', async () => {
  const child = run();
  const url = await ready(child);
  const headers = { authorization: `Bearer ${suite.issuer.tokens['Auditor']}` };
  expect((await fetch(`${url}/v1/events`, { headers })).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test.each(['INQUEST_PORT', 'INQUEST_METRICS_PORT'])('names %s when that port is in use', async (name) => {
  const child = run({ [name]: String(portOf(keys)) });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(said).toBe(`Inquest cannot run: Port ${portOf(keys)} is in use. Give another one in ${name}.\n`);
  expect(code).toBe(1);
});

test('ends although its database is silent', async () => {
  proxy = await postgresProxy(suite.url);
  const child = run({ INQUEST_POSTGRES_URL: proxy.url, INQUEST_STOP_TIMEOUT_MS: '100' });
  const url = await ready(child);
  proxy.become('deaf');
  const headers = { authorization: `Bearer ${suite.issuer.tokens['Auditor']}` };
  const asked = fetch(`${url}/v1/events`, { headers }).catch(() => undefined);
  child.kill('SIGTERM');
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  expect([[0, 1].includes(code ?? -1), signal]).toEqual([true, null]);
  await asked;
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectDir } from '../support/spawn-module.js';
import {
  runStandaloneProcess,
  type StandaloneProcess,
  startStandaloneProcess,
} from '../support/standalone.js';

// Two data folders for all tests, for a database of their own each would take most of their time.
let demonstration = '';
let empty = '';
let running: StandaloneProcess | undefined;
beforeAll(async () => {
  demonstration = await mkdtemp(join(tmpdir(), 'inquest-standalone-'));
  empty = await mkdtemp(join(tmpdir(), 'inquest-standalone-'));
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
afterAll(async () => {
  for (const folder of [demonstration, empty]) await rm(folder, { recursive: true, force: true });
});

async function start(data: string, ...args: readonly string[]): Promise<StandaloneProcess> {
  running = await startStandaloneProcess('--data', data, ...args);
  return running;
}
const startEmpty = () => start(empty, '--empty');

const opening = {
  reference: 'T-1',
  title: 'Case of the test',
  scope: 'All of it',
  forum: 'District court',
  profile: 'standard',
};

/** How many events the log holds. */
async function headOf(standalone: StandaloneProcess): Promise<number> {
  let after: string | null = '0';
  let count = 0;
  while (after !== null) {
    const { items, next } = await standalone.get(`/v1/events?limit=200&after=${after}`);
    if (!Array.isArray(items)) throw new Error('a page of events has no items');
    count += items.length;
    after = typeof next === 'string' ? next : null;
  }
  return count;
}

test('an empty data folder gets the demonstration case, with something to see in every view', async () => {
  const standalone = await start(demonstration);
  const views = ['investigations', 'allegations', 'incidents', 'evidence'];
  for (const view of views)
    expect((await standalone.get(`/v1/${view}`, 'Prosecutor'))['items']).not.toEqual([]);
  const { items } = await standalone.get('/v1/investigations?sort=reference', 'Prosecutor');
  expect(items).toMatchObject([
    { reference: 'OSA-2025-017', stage: 'investigation', nextStep: { blockedBy: ['bearing-unreviewed'] } },
    { reference: 'OSA-2025-S1', stage: 'opened' },
  ]);
}, 60_000);

test('stopping and starting again keeps everything, adds nothing, and makes new tokens', async () => {
  const before = await start(demonstration);
  const events = await headOf(before);
  expect(await before.stop()).toBe(0);
  const after = await start(demonstration);
  expect(await headOf(after)).toBe(events);
  expect(after.tokens['Auditor']).not.toBe(before.tokens['Auditor']);
}, 60_000);

test('Ctrl-C under npm, which passes it on to what has got it already, stops in order', async () => {
  const options = ['--json', '--empty', '--port', '0', '--data', empty];
  const npm = spawn('npm', ['--silent', 'start', '--', ...options], {
    cwd: projectDir,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(npm.stdout, 'data');
  await delay(300); // A process that is busy takes both for one.
  // As a terminal does: to npm and to all that it runs.
  process.kill(-npm.pid!, 'SIGINT');
  expect(await once(npm, 'exit')).toEqual([0, null]);
  await expect(stat(join(empty, 'postgres', 'postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
}, 60_000);

test('after kill -9 the next start takes over, and an acknowledged command is there', async () => {
  const killed = await startEmpty();
  const opened = await killed.post('/v1/investigations', opening, { key: 'once' });
  expect(opened.status).toBe(201);
  killed.process.kill('SIGKILL');
  await once(killed.process, 'exit');

  const next = await startEmpty();
  expect(await headOf(next)).toBe(1);
  const repeated = await next.post('/v1/investigations', opening, { key: 'once' });
  expect(repeated).toEqual(opened);
  expect(await headOf(next)).toBe(1);
}, 60_000);

test('a start on a folder in use says so and ends', async () => {
  await startEmpty();
  const second = await runStandaloneProcess('--data', empty, '--port', '0');
  expect(second.code).toBe(1);
  expect(second.words).toContain('in use by another Inquest');
}, 60_000);

test('a start on a port in use says so, ends, and leaves nothing running', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const refused = await runStandaloneProcess('--data', empty, '--empty', '--port', String(port));
  holder.close();
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.words).toContain(`Port ${port} is in use`);
  await startEmpty();
}, 60_000);

test.each([
  [['--port', 'many'], 'A port is a number'],
  [['--prot', '4000'], "unknown option '--prot'"],
])('%j says what is wrong with it', async (args, words) => {
  const refused = await runStandaloneProcess(...args);
  expect(refused.code).toBe(1);
  expect(refused.words).toContain(words);
});

test('what is secret in the data folder is for its owner only', async () => {
  const standalone = await startEmpty();
  for (const file of ['tokens.json', 'connection.json', 'keys/command-hash.key', 'keys/app-login.key'])
    expect((await stat(join(empty, file))).mode & 0o077).toBe(0);
  expect(JSON.parse(await readFile(join(empty, 'tokens.json'), 'utf8'))).toEqual(standalone.tokens);
}, 60_000);

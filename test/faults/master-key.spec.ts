import { readdirSync, renameSync } from 'node:fs';
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../support/api.js';
import { client } from '../support/api-client.js';
import { type ApiProcesses, apiProcesses } from '../support/api-process.js';

// A master key that is lost, damaged, shown to others, or that of another installation, met by a process that starts.

let suite: ApiSuite;
let running: RunningApi;
let processes: ApiProcesses;
let id: string;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  processes = await apiProcesses(suite);
  const prosecutor = client(running, suite, 'Prosecutor');
  ({ id } = await prosecutor.command('/v1/witnesses', examples.RegisterWitness));
});
beforeEach(() => copyFile(masterKey(), backup()));
afterEach(async () => {
  await rm(masterKey(), { force: true, recursive: true });
  renameSync(backup(), masterKey());
});
afterAll(async () => {
  await processes.end();
  await suite.end();
});

const foreign = Buffer.alloc(32, 7);
const masterKey = () => join(suite.folder, 'keys', 'master.key');
const backup = () => join(suite.folder, 'master.key.backup');
const subjects = () => readdirSync(join(suite.folder, 'keys', 'subjects')).toSorted();
const unsealed = async () => {
  const officer = client(running, suite, 'WitnessProtectionOfficer');
  return (await officer.post(`/v1/witnesses/${id}/unseal`, { purpose: 'To warn' })).status;
};

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'is lost',
    () => rm(masterKey()),
    /^Inquest cannot run: There is no master key in \S+, but there are keys/,
  ],
  ['is damaged', () => writeFile(masterKey(), 'xyz'), /The master key in \S+ is damaged: it has 3 bytes/],
  ['may be read by others', () => chmod(masterKey(), 0o644), /Others than its owner may use the master key/],
  [
    'is that of another installation',
    () => writeFile(masterKey(), foreign, { mode: 0o600 }),
    /The master key in \S+ is another one than the keys of subjects were wrapped by\. Put the master key of this/,
  ],
  [
    'cannot be read',
    async () => {
      await rm(masterKey());
      await mkdir(masterKey());
    },
    /The master key in \S+ cannot be reached\./,
  ],
])('where it %s, nothing starts, and nothing is made or erased', async (_, spoil, words) => {
  const before = subjects();
  await spoil();
  const refused = processes.start();
  expect(await refused.ended).toBe(1);
  expect(refused.log).toHaveLength(1);
  expect(refused.log[0]).toMatch(words);
  expect(subjects()).toEqual(before);
  await rm(masterKey(), { force: true, recursive: true });
  await copyFile(backup(), masterKey());
  expect(await unsealed()).toBe(200);
});

test('of another installation, put there while a process runs, neither opens nor seals, and erases nothing', async () => {
  const before = subjects();
  const officer = client(running, suite, 'WitnessProtectionOfficer');
  const revision = { aliases: ['Another'], reason: 'Known by another name' };
  await writeFile(masterKey(), foreign, { mode: 0o600 });
  const head = await running.store.head();
  for (const [path, body] of [
    ['/v1/witnesses', examples.RegisterWitness],
    [`/v1/witnesses/${id}/revise-identity`, revision],
  ] as const) {
    const refused = await officer.post(path, body);
    expect([refused.status, refused.at('code'), refused.at('tookEffect')]).toEqual([
      503,
      'unavailable',
      'no',
    ]);
  }
  expect(await running.store.head()).toBe(head);
  expect(await unsealed()).toBe(503);
  expect(running.log.join('\n')).toContain('Put the master key of this installation back from its backup');
  expect(subjects()).toEqual(before);
  await copyFile(backup(), masterKey());
  expect(await unsealed()).toBe(200);
});

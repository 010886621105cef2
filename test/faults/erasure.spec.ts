import { existsSync, symlinkSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../support/api.js';
import { client } from '../support/api-client.js';
import { type ApiProcess, type ApiProcesses, apiProcesses } from '../support/api-process.js';
import { describeWith } from '../support/available.js';
import { erase, type RequestedErasure, requestErasure } from '../support/erasure.js';
import { asOwner } from '../support/event-store-database.js';
import { mounting, type SmallDisk, smallDisk } from '../support/small-disk.js';
import { type StandaloneProcess, startStandaloneProcess } from '../support/standalone.js';
import { waitFor } from '../support/wait-for.js';

// An erasure is on record before the key goes. Whatever comes between or after, the key ends up destroyed and stays so.

let suite: ApiSuite;
let running: RunningApi;
let processes: ApiProcesses;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  processes = await apiProcesses(suite);
});
afterAll(async () => {
  await processes.end();
  await suite.end();
});

const hadComeBack = /"level":"error".*the key of an erased subject had come back/;
const registered = async () =>
  (await client(running, suite, 'Prosecutor').command('/v1/witnesses', examples.RegisterWitness)).id;
const fileOf = (id: string, ending: 'json' | 'erased' = 'json') =>
  join(suite.folder, 'keys', 'subjects', `${id}.${ending}`);
const asked = async (process: ApiProcess) => ({ url: await process.url, api: running.api });
const unsealed = async (api: { url: string; api: RunningApi['api'] }, id: string) =>
  (await client(api, suite, 'WitnessProtectionOfficer').post(`/v1/witnesses/${id}/unseal`, { purpose: 'x' }))
    .status;
/** The witness register is where a start looks for what is erased. */
const registerIsCurrent = async () =>
  running.readModels.waitFor(['witness_register'], await running.store.head(), 10_000);
const saidToBeBack = ({ log }: Pick<ApiProcess, 'log'>) =>
  log.filter((line) => hadComeBack.test(line)).map((line) => /"subjectId":"([^"]+)"/.exec(line)?.[1]);

describe('a process that is killed after the record and before the destruction', () => {
  let id: string;
  let approve: RequestedErasure['approve'];
  beforeEach(async () => {
    id = await registered();
    ({ approve } = await requestErasure(running, suite, id));
    const doomed = processes.start({ NODE_OPTIONS: dyingAtTombstone });
    await expect(approve(await asked(doomed))).rejects.toThrow('fetch failed');
    expect(await doomed.ended).toBe('SIGKILL');
    const officer = client(running, suite, 'WitnessProtectionOfficer');
    expect((await officer.get(`/v1/witnesses/${id}`)).at('erased')).toBe(true);
    expect([existsSync(fileOf(id)), existsSync(fileOf(id, 'erased'))]).toEqual([true, false]);
    expect(await unsealed(running, id)).toBe(409);
  });

  test('leaves a key that the next start destroys, and says so', async () => {
    await registerIsCurrent();
    const next = processes.start();
    await next.url;
    expect(saidToBeBack(next)).toEqual([id]);
    expect([existsSync(fileOf(id)), existsSync(fileOf(id, 'erased'))]).toEqual([false, true]);
    expect((await approve(await asked(next))).status).toBe(200);
    await next.kill9();
  });

  test('leaves a key that the same command destroys when it is sent again', async () => {
    const head = await running.store.head();
    const again = await approve();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(await running.store.head()).toBe(head);
    expect([existsSync(fileOf(id)), existsSync(fileOf(id, 'erased'))]).toEqual([false, true]);
  });
});

describe('a key file that was put back from a backup', () => {
  test.each([
    ['beside its tombstone', false],
    ['without its tombstone, as when the whole folder was restored', true],
  ])('%s, is destroyed by the next start, which says so', async (_, isTombstoneLost) => {
    const [id, other] = [await registered(), await registered()];
    const backup = join(suite.folder, `${id}.backup`);
    await copyFile(fileOf(id), backup);
    await erase(running, suite, id);
    await registerIsCurrent();
    await copyFile(backup, fileOf(id));
    if (isTombstoneLost) await rm(fileOf(id, 'erased'));
    const next = processes.start();
    await next.url;
    expect(saidToBeBack(next)).toEqual([id]);
    expect([existsSync(fileOf(id)), existsSync(fileOf(id, 'erased'))]).toEqual([false, true]);
    expect(await unsealed(await asked(next), id)).toBe(409);
    expect(await unsealed(await asked(next), other)).toBe(200);
    await next.kill9();
  });

  test('is destroyed at the start of a standalone too', async () => {
    const data = await mkdtemp(join(tmpdir(), 'inquest-erasure-'));
    let standalone: StandaloneProcess | undefined;
    try {
      standalone = await startStandaloneProcess('--data', data, '--empty');
      const id = await erasedIn(standalone, (witnessId) =>
        copyFile(join(data, 'keys', 'subjects', `${witnessId}.json`), join(data, 'backup')),
      );
      expect(await standalone.stop()).toBe(0);
      const file = join(data, 'keys', 'subjects', `${id}.json`);
      await copyFile(join(data, 'backup'), file);
      await rm(file.replace('.json', '.erased'));
      standalone = await startStandaloneProcess('--data', data, '--empty');
      expect(standalone.words()).toMatch(hadComeBack);
      expect(existsSync(file)).toBe(false);
    } finally {
      await standalone?.stop();
      await rm(data, { recursive: true, force: true });
    }
  }, 120_000);

  test('is destroyed by its tombstone where there is no witness register yet, and the start goes on', async () => {
    const id = await registered();
    const backup = join(suite.folder, `${id}.backup`);
    await copyFile(fileOf(id), backup);
    await erase(running, suite, id);
    await copyFile(backup, fileOf(id));
    const rename = (from: string, to: string) =>
      asOwner(suite.ownerUrl, (owner) => owner.query(`alter schema ${from} rename to ${to}`));
    await rename('witness_register', 'elsewhere');
    try {
      const next = processes.start();
      await next.url;
      expect(next.log.join('\n')).toContain('there is no witness register yet');
      expect(saidToBeBack(next)).toEqual([id]);
      expect(existsSync(fileOf(id))).toBe(false);
      await next.kill9();
    } finally {
      await rename('elsewhere', 'witness_register');
    }
  });
});

describeWith(mounting(), 'a folder of keys that cannot be written', () => {
  let disk: SmallDisk;
  let own: ApiSuite;
  beforeAll(async () => {
    disk = await smallDisk('size=4m');
    own = await apiSuite();
    symlinkSync(disk.path, join(own.folder, 'keys'));
  });
  afterAll(async () => {
    await own.end();
    await disk.unmount();
  });

  test('leaves an erasure on record that says so, until the same command is sent again', async () => {
    const api = await own.start();
    const { id } = await client(api, own, 'Prosecutor').command('/v1/witnesses', examples.RegisterWitness);
    const { approve } = await requestErasure(api, own, id);
    const file = join(disk.path, 'subjects', `${id}.json`);
    await disk.becomeReadOnly();
    const failed = await approve();
    expect([failed.status, failed.at('code'), failed.at('tookEffect')]).toEqual([
      503,
      'unavailable',
      'unknown',
    ]);
    expect(failed.at('detail')).toContain('The erasure is on record');
    expect(failed.at('idempotencyKey')).toMatch(/^erase-/);
    expect(existsSync(file)).toBe(true);
    const officer = client(api, own, 'WitnessProtectionOfficer');
    expect((await officer.get(`/v1/witnesses/${id}`)).at('erased')).toBe(true);
    expect((await officer.post(`/v1/witnesses/${id}/unseal`, { purpose: 'x' })).status).toBe(409);
    await disk.becomeWritable();
    expect((await approve()).status).toBe(200);
    expect([existsSync(file), existsSync(file.replace('.json', '.erased'))]).toEqual([false, true]);
  });
});

/** Has the process die when it is about to give a tombstone its name. */
const dyingAtTombstone = `--import=data:text/javascript,${encodeURIComponent(`
  import files from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { link } = files;
  files.link = (from, to) => {
    if (to.endsWith('.erased')) process.kill(process.pid, 'SIGKILL');
    return link(from, to);
  };
  syncBuiltinESMExports();
`)}`;

/** Registers a witness of a standalone and erases it; `before` comes while it still has its key. */
async function erasedIn(
  standalone: StandaloneProcess,
  before: (id: string) => Promise<void>,
): Promise<string> {
  const [as, second] = ['WitnessProtectionOfficer', 'WitnessProtectionOfficer2'];
  const { id } = (await standalone.post('/v1/witnesses', examples.RegisterWitness, { as })).body as {
    id: string;
  };
  await before(id);
  await standalone.post(`/v1/witnesses/${id}/request-erasure`, { reason: 'At the own wish' }, { as });
  const { requests } = (await standalone.get(`/v1/witnesses/${id}`, as)) as {
    requests: { erasures: Record<string, { digest: string }> };
  };
  const [[requestId, { digest }] = ['', { digest: '' }]] = Object.entries(requests.erasures);
  const approved = await standalone.post(
    `/v1/witnesses/${id}/approve-erasure`,
    { requestId, digest },
    { as: second },
  );
  expect(approved.status).toBe(200);
  await waitFor('the witness register', async () => {
    const { items } = await standalone.get('/v1/witnesses?erased=true', as);
    return Array.isArray(items) && items.length === 1;
  });
  return id;
}

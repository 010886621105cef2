import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ContentStore, localContentStore } from '#content-store';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Client, client } from '../../../../test/support/api-client.js';
import { inquest } from '../../../../test/support/run-cli.js';
import { notBegun } from './check.js';
import { progressLine } from './report.js';

// The command as from a terminal, against a real API on a real PostgreSQL and a real folder.

let suite: ApiSuite;
let running: RunningApi;
let custodian: Client;
const intact = [randomBytes(2_000_000), randomBytes(3000), randomBytes(0)];
const ids: string[] = [];
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  custodian = client(running, suite, 'EvidenceCustodian');
  writeFileSync(join(suite.folder, 'tokens.json'), JSON.stringify(suite.issuer.tokens));
  for (const bytes of intact) ids.push(await held(bytes, `EX-${ids.length}`));
});
afterAll(() => suite.end());

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function held(bytes: Uint8Array<ArrayBuffer>, exhibitNumber: string): Promise<string> {
  const digests = [{ algorithm: 'sha-256', value: digestOf(bytes) }];
  const { id } = await custodian.command('/v1/evidence', {
    ...examples.RegisterEvidence,
    exhibitNumber,
    digests,
  });
  const answer = await fetch(`${running.url}/v1/evidence/${id}/content`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${suite.issuer.tokens.EvidenceCustodian}`,
      'content-type': 'application/octet-stream',
    },
    body: bytes,
  });
  expect(answer.status).toBe(200);
  await registerKnowsAll();
  return id;
}

const registerKnowsAll = async () =>
  running.readModels.waitFor(['evidence_register'], await running.store.head(), 10_000);

const fileOf = (bytes: Uint8Array) => {
  const value = digestOf(bytes);
  return join(suite.folder, 'content', 'sha-256', value.slice(0, 2), value);
};

/** The command on the suite's folder, as on a standalone's. */
async function check(...options: readonly string[]) {
  await registerKnowsAll();
  return checkAt(running.url, ...options);
}

function checkAt(apiUrl: string, ...options: readonly string[]) {
  writeFileSync(join(suite.folder, 'connection.json'), JSON.stringify({ apiUrl }));
  return inquest(['evidence', 'check', '--data', suite.folder, ...options]);
}

test('a server that stops in the middle ends it with what was found until then', async () => {
  const store = await localContentStore(join(suite.folder, 'content'));
  let checks = 0;
  const stopped = new EventEmitter();
  const ending: Pick<ContentStore, 'check'> = {
    check: async (...asked) => {
      checks += 1;
      if (checks === 1) return store.check(...asked);
      // Two are under way at a time, so the third says that the first was answered.
      if (checks === 3) void frail.stop().finally(() => stopped.emit('end'));
      await once(stopped, 'end');
      throw new Error('stopped');
    },
  };
  const frail = await suite.start({
    contentStore: { ...store, ...ending },
    bounds: { stopTimeoutMs: 100 },
    projects: false,
  });
  const { exitCode, stdout, stderr } = await checkAt(frail.url, '--patience', '0', '--json');
  expect(stderr).toMatch(/inquest: http\S+ gives no answer: /);
  expect([exitCode, JSON.parse(stdout)]).toEqual([
    1,
    expect.objectContaining({ complete: false, contents: { due: 3, intact: 1, breached: 0, failed: 0 } }),
  ]);
}, 60_000);

test('everything that is held is looked at and found intact, by people and by programs', async () => {
  const forPeople = await check();
  expect(forPeople).toMatchObject({ exitCode: 0 });
  expect(forPeople.stdout).toMatch(
    /^Checked +3 of 3 items and working copies, 1\.9 MiB in [\d.]+ s, [\d.,]+ MiB\/s\nIntact +3\nNot intact +0\n$/,
  );
  expect(forPeople.stderr).toMatch(/3 of 3 items and copies, 1\.9 of 1\.9 MiB, [\d.,]+ MiB\/s\n$/);
  const { stdout } = await check('--json');
  expect(JSON.parse(stdout)).toMatchObject({
    complete: true,
    bytes: 2_003_000,
    contents: { due: 3, intact: 3, breached: 0, failed: 0 },
    breaches: [],
    failures: [],
  });
});

test('what was looked at lately is left out when asked, and what never was is not', async () => {
  const never = await held(randomBytes(10), 'EX-NEW');
  const summary = await check('--older-than', '1', '--json');
  expect([summary.exitCode, JSON.parse(summary.stdout)]).toEqual([
    0,
    expect.objectContaining({ contents: { due: 1, intact: 1, breached: 0, failed: 0 } }),
  ]);
  expect((await custodian.get(`/v1/evidence/${never}`)).at('integrity', 'checks')).toBe(1);
});

test('one item is looked at with its working copies', async () => {
  const copy = randomBytes(70);
  const [, id = ''] = ids;
  await custodian.command(`/v1/evidence/${id}/derive-working-copy`, {
    ...{ operatorId: '5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11', derivedAt: '2025-03-02T10:00:00Z' },
    ...{ purpose: 'analysis', tool: 'ffmpeg', parameters: '-c copy' },
    digests: [{ algorithm: 'sha-256', value: digestOf(copy) }],
  });
  const copies: object = JSON.parse((await custodian.get(`/v1/evidence/${id}`)).text).copies;
  const [copyId = ''] = Object.keys(copies);
  await fetch(`${running.url}/v1/evidence/${id}/content?copyId=${copyId}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${suite.issuer.tokens.EvidenceCustodian}`,
      'content-type': 'application/octet-stream',
    },
    body: copy,
  });
  rmSync(fileOf(copy));
  const { exitCode, stdout } = await check('--id', id);
  expect(exitCode).toBe(3);
  expect(stdout).toContain(`\n  EX-1, copy ${copyId} (${id})  the content is missing\n`);
  expect(stdout).toMatch(/Intact +1\nNot intact +1\n/);
});

test('content that was changed is told by its exhibit number and by what was found', async () => {
  const bytes = randomBytes(5000);
  const id = await held(bytes, 'EX-CHANGED');
  const changed = Buffer.concat([bytes.subarray(1), Buffer.of(1)]);
  chmodSync(fileOf(bytes), 0o600);
  writeFileSync(fileOf(bytes), changed);
  const { exitCode, stdout } = await check('--older-than', '1');
  expect(exitCode).toBe(3);
  expect(stdout).toContain(
    `\n  EX-CHANGED (${id})  sha-256 is ${digestOf(changed)} instead of ${digestOf(bytes)}\n`,
  );
  const again = await check('--id', id, '--json');
  expect([again.exitCode, JSON.parse(again.stdout).breaches]).toEqual([
    3,
    [expect.objectContaining({ exhibitNumber: 'EX-CHANGED', kind: 'digest' })],
  ]);
  expect((await custodian.get(`/v1/evidence/${id}/content`)).at('code')).toBe('evidence-quarantined');
});

test('what cannot be done is said in one line', async () => {
  const unknown = await check('--id', '5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c12');
  expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^inquest: .+\n$/) });
  const { id } = await custodian.command('/v1/evidence', examples.RegisterEvidence);
  expect((await check('--id', id)).stderr).toBe(`inquest: Inquest holds no content of ${id}\n`);
  const nobody = await check('--role', 'IntakeOfficer');
  expect([nobody.exitCode, nobody.stdout]).toEqual([1, '']);
  expect((await check('--older-than', 'long')).stderr).toContain('It must be a number from 0 to 36500.');
  const gone = await checkAt('http://127.0.0.1:9');
  expect(gone).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no server answers') });
});

test('progress says how far, how fast, and what is wrong', () => {
  const due = { contents: 4, bytes: 8 * 1024 * 1024 };
  const progress = { ...notBegun(), contents: 2, bytes: 5 * 1024 * 1024 };
  expect(progressLine(progress, due, 2)).toBe('2 of 4 items and copies, 5 of 8 MiB, 2.5 MiB/s');
  const failed = [{ id: 'i', exhibitNumber: 'EX', length: 1, reason: 'no' }];
  expect(progressLine({ ...progress, failed }, due, 2)).toMatch(/, 1 not checked$/);
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { examples, ownInstitution } from '#domain';
import { ReadModels } from '#read-models';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Client, client } from '../../../../test/support/api-client.js';
import { erase, requestErasure } from '../../../../test/support/erasure.js';
import { rowsOfEveryTable } from '../../../../test/support/event-store-database.js';

// Two people together make it unknowable who a witness is; everything else that is on record stays.

let suite: ApiSuite;
let running: RunningApi;
let officer: Client;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  officer = client(running, suite, 'WitnessProtectionOfficer');
});
afterAll(() => suite.end());

const registered = async () => (await officer.command('/v1/witnesses', examples.RegisterWitness)).id;
const unseal = (id: string) => officer.post(`/v1/witnesses/${id}/unseal`, { purpose: 'To warn' });
const keyFile = (id: string) => join(suite.folder, 'keys', 'subjects', `${id}.json`);
const tombstone = (id: string) => join(suite.folder, 'keys', 'subjects', `${id}.erased`);
const risk = { level: 'high', threats: ['killing'], reviewBy: '2099-01-01' };

/** A witness of some history: registered, revised, at risk. */
async function known(): Promise<string> {
  const id = await registered();
  const { contact } = examples.RegisterWitness;
  await officer.command(`/v1/witnesses/${id}/revise-identity`, { contact, reason: 'Moved house' });
  await officer.command(`/v1/witnesses/${id}/assess-risk`, risk);
  return id;
}

test('by one person alone nothing is erased', async () => {
  const id = await registered();
  const requested = await requestErasure(running, suite, id);
  const alone = await requested.approve(running, 'WitnessProtectionOfficer');
  expect([alone.status, alone.at('code')]).toEqual([409, 'same-person']);
  expect((await unseal(id)).status).toBe(200);
  expect((await requested.approve()).status).toBe(200);
  expect((await unseal(id)).status).toBe(409);
});

test('by two, the key is destroyed, its tombstone says so, and nothing is unsealed or sealed again', async () => {
  const id = await known();
  const { keyId }: { keyId: string } = JSON.parse(readFileSync(keyFile(id), 'utf8'));
  await erase(running, suite, id);
  expect(existsSync(keyFile(id))).toBe(false);
  expect(JSON.parse(readFileSync(tombstone(id), 'utf8'))).toMatchObject({ keyId });
  expect((await unseal(id)).at('code')).toBe('identity-erased');
  const { contact } = examples.RegisterWitness;
  const revised = await officer.post(`/v1/witnesses/${id}/revise-identity`, { contact, reason: 'Moved' });
  expect([revised.status, revised.at('code')]).toEqual([409, 'identity-erased']);
  expect(existsSync(keyFile(id))).toBe(false);
});

test('what is on record stays, and every earlier state can be read as it was', async () => {
  const id = await known();
  const path = `/v1/witnesses/${id}`;
  const before = await Promise.all([0, 1, 2].map((revision) => officer.get(`${path}?revision=${revision}`)));
  await erase(running, suite, id);
  const fresh = client(await suite.start({ projects: false }), suite, 'WitnessProtectionOfficer');
  for (const [revision, { text }] of before.entries())
    expect((await fresh.get(`${path}?revision=${revision}`)).text).toBe(text);
  const now = await fresh.get(path);
  expect([now.at('sealed'), now.at('erased'), now.at('risk', 'level')]).toEqual([{}, true, 'high']);
  const { items }: { items: { type: string }[] } = JSON.parse((await fresh.get(`${path}/history`)).text);
  expect(items.map(({ type }) => type)).toEqual([
    'WitnessRegistered',
    'IdentityRevised',
    'RiskAssessed',
    'ErasureRequested',
    'IdentityErased',
  ]);
  expect((await fresh.get(`${path}/diff?from=0`)).status).toBe(200);
});

describe('the views of an erased witness', () => {
  const schemas = ['witness_register', 'case_timeline'];
  let position: bigint;
  beforeAll(async () => {
    const id = await known();
    const investigator = client(running, suite, 'Prosecutor');
    const { id: investigationId } = await investigator.command(
      '/v1/investigations',
      examples.OpenInvestigation,
    );
    const consent = { recipient: ownInstitution, purpose: 'interview', scope: ['statement'] };
    await officer.command(`/v1/witnesses/${id}/give-consent`, consent);
    await investigator.command(`/v1/witnesses/${id}/plan-interview`, {
      investigationId,
      capacity: 'witness',
      plannedFor: '2099-01-01',
      interviewerIds: ['7d6f2c1a-54b0-4e0f-9a51-0c6f1f6b1d17'],
      priorAccountsReviewed: [],
      purpose: 'What was seen at the mill',
    });
    await erase(running, suite, id);
    position = await running.store.head();
    await running.readModels.waitFor(schemas, position, 10_000);
  });

  test('hold nothing of what was sealed', async () => {
    const rows = await rowsOf(schemas);
    expect(rows).toContain('W-');
    expect(rows).toContain('InterviewPlanned');
    expect(rows).not.toMatch(/Example Person|Exampleville|\+999|person@|ciphertext|dataKey/);
  });

  test('are the same when they are built anew', async () => {
    const { url, ownerUrl } = suite;
    const models = await ReadModels.open({ url, ownerUrl, migrate: false, store: running.store });
    try {
      const before = await rowsOf(schemas);
      for (const name of schemas) expect(await models.rebuild(name)).toMatchObject({ position });
      expect(await rowsOf(schemas)).toBe(before);
    } finally {
      await models.stop();
    }
  });
});

/** Every row of every table of the schemas, as text. */
async function rowsOf(schemas: readonly string[]): Promise<string> {
  const all = await rowsOfEveryTable(suite.ownerUrl);
  const found = all.filter(({ table }) => schemas.includes(table.split('.')[0] ?? ''));
  return found.map(({ table, rows }) => `${table}\n${rows}`).join('\n');
}

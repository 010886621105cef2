import { randomUUID } from 'node:crypto';
import { roles } from '#access';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Client, client } from '../../../../test/support/api-client.js';
import { erase } from '../../../../test/support/erasure.js';
import { asOwner } from '../../../../test/support/event-store-database.js';

// Who a witness is, over HTTP: given to one role, with a purpose, and never without a record of it.

let suite: ApiSuite;
let running: RunningApi;
let officer: Client;
let auditor: Client;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  officer = as('WitnessProtectionOfficer');
  auditor = as('Auditor');
});
afterAll(() => suite.end());

const as = (user: string) => client(running, suite, user);
const purpose = 'To arrange an interview';
const { identity, contact, aliases } = examples.RegisterWitness;

const registered = async (over: object = {}) =>
  (await as('Investigator').command('/v1/witnesses', { ...examples.RegisterWitness, ...over })).id;
const unseal = (id: string, body: object = { purpose }, user = officer) =>
  user.post(`/v1/witnesses/${id}/unseal`, body);

interface Reading {
  readonly stream: string;
  readonly position: string;
  readonly data: object;
  readonly metadata: { readonly actor: { readonly subject: string } };
}
/** The access ledger, as auditors read it. */
async function readingsOf(id: string): Promise<Reading[]> {
  const { text } = await auditor.get('/v1/events?type=ProtectedMaterialRead&limit=200');
  const { items }: { items: Reading[] } = JSON.parse(text);
  return items.filter(({ stream }) => stream === `access-${id}`);
}

describe('the officer of witness protection', () => {
  test('is given everything that is sealed, in clear', async () => {
    const answer = await unseal(await registered());
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { identity, contact, aliases }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('is given the fields that were asked for, as far as there are any', async () => {
    const id = await registered();
    const some = await unseal(id, { purpose, fields: ['aliases', 'contact'] });
    expect(JSON.parse(some.text)).toEqual({ contact, aliases });
    const { id: nameless } = await officer.command('/v1/witnesses', { identity });
    expect(JSON.parse((await unseal(nameless, { purpose, fields: ['contact'] })).text)).toEqual({});
  });

  test('is given the newest of what was revised, each field by itself', async () => {
    const id = await registered();
    const fuller = { ...identity, fullName: 'Fuller Example Person' };
    const revise = (body: object) => officer.command(`/v1/witnesses/${id}/revise-identity`, body);
    await revise({ identity: fuller, reason: 'A document was shown' });
    await revise({ aliases: ['The other'], reason: 'Known by another name' });
    const { text } = await unseal(id);
    expect(JSON.parse(text)).toEqual({ identity: fuller, contact, aliases: ['The other'] });
  });

  test.each([
    ['no purpose', {}],
    ['a blank purpose', { purpose: '  ' }],
    ['a field that is not sealed', { purpose, fields: ['pseudonym'] }],
    ['a field twice', { purpose, fields: ['contact', 'contact'] }],
    ['no field at all', { purpose, fields: [] }],
  ])('is refused with %s, and nothing was read', async (_, body) => {
    const id = await registered();
    expect((await unseal(id, body)).status).toBe(400);
    expect(await readingsOf(id)).toEqual([]);
  });

  test('is told of nobody who is not there', async () => {
    for (const id of [randomUUID(), 'not-an-id']) expect((await unseal(id)).status).toBe(404);
  });

  test('is refused once the identity is erased, and reads nothing', async () => {
    const id = await registered();
    await erase(running, suite, id);
    const refused = await unseal(id);
    expect([refused.status, refused.at('code')]).toEqual([409, 'identity-erased']);
    expect(await readingsOf(id)).toEqual([]);
  });
});

test.each(roles.filter((role) => role !== 'WitnessProtectionOfficer'))(
  '%s is refused, of whoever it is',
  async (role) => {
    const id = await registered();
    const refused = await unseal(id, { purpose }, as(role));
    expect([refused.status, refused.at('code')]).toEqual([403, 'forbidden']);
    expect((await unseal(randomUUID(), { purpose }, as(role))).status).toBe(403);
    expect(await readingsOf(id)).toEqual([]);
  },
);

describe('the access ledger', () => {
  test('says who read which fields of whom, why, and at which revision', async () => {
    const id = await registered();
    await unseal(id, { purpose, fields: ['contact'] });
    await unseal(id);
    const [{ subject } = { subject: '' }] = suite.issuer.users.filter(
      (user) => user.key === 'WitnessProtectionOfficer',
    );
    const said = { subject: `witness-${id}`, material: 'identity', purpose, revision: 0 };
    expect(await readingsOf(id)).toMatchObject([
      { data: { ...said, fields: ['contact'] }, metadata: { actor: { subject } } },
      { data: { ...said, fields: ['identity', 'contact', 'aliases'] }, metadata: { actor: { subject } } },
    ]);
  });

  test('comes first: where the reading cannot be recorded, nothing is given out', async () => {
    const id = await registered();
    await refusing('access-%', async () => {
      const failed = await unseal(id);
      expect(failed.status).toBeGreaterThanOrEqual(500);
      expect(failed.text).not.toMatch(/Example|\+999/);
    });
    expect((await unseal(id)).status).toBe(200);
  });
});

test('what is sealed stands in no other answer, in clear or as ciphertext', async () => {
  const id = await registered();
  await officer.command(`/v1/witnesses/${id}/revise-identity`, { contact, reason: 'The same as before' });
  const { position } = await officer.command('/v1/witnesses', { identity });
  const seen = { 'inquest-position': position };
  const paths = ['', '/history', '/diff?from=0', '?revision=0'].map((path) => `/v1/witnesses/${id}${path}`);
  for (const path of [...paths, '/v1/witnesses?limit=200', '/v1/witnesses?q=Example']) {
    const answer = await officer.get(path, seen);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.text).not.toMatch(/Example|\+999|ciphertext|dataKey/);
  }
  expect((await officer.get(`/v1/witnesses/${id}/history`)).text).toContain('"identity":{"sealed":true}');
});

/** Has the database refuse what is appended to some streams, as its owner. */
async function refusing(streams: string, work: () => Promise<void>): Promise<void> {
  await asOwner(suite.ownerUrl, async (owner) => {
    await owner.query(`
      create function refuse_in_test() returns trigger language plpgsql as
        $$ begin raise exception 'refused by a test'; end $$;
      create trigger refuse_in_test before insert on inquest.events
        for each row when (new.stream like '${streams}') execute function refuse_in_test()`);
    try {
      await work();
    } finally {
      await owner.query(
        'drop trigger refuse_in_test on inquest.events; drop function refuse_in_test cascade',
      );
    }
  });
}

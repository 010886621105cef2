import { randomUUID } from 'node:crypto';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, type Client } from '../../../../test/support/api-client.js';

let suite: ApiSuite;
let running: RunningApi;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
});
afterAll(() => suite.end());

const as = (user: string): Client => client(running, suite, user);
const subjectOf = (user: string) => suite.issuer.users.find(({ key }) => key === user)?.subject;
const approval = { requestId: randomUUID(), digest: 'a'.repeat(64) };

const witness = async () => {
  const { id } = await as('WitnessProtectionOfficer').command('/v1/witnesses', examples.RegisterWitness);
  return { id, path: `/v1/witnesses/${id}` };
};

describe('what was refused on a resource', () => {
  test('is shown with who asked for what, by which rule, and nothing of what was sent', async () => {
    const { id } = await as('EvidenceCustodian').command('/v1/evidence', examples.RegisterEvidence);
    const path = `/v1/evidence/${id}`;
    const taking = { offerId: randomUUID(), place: 'Behind the mill' };
    expect((await as('Investigator').post(`${path}/accept-custody`, taking)).status).toBe(409);
    const shown = await as('Auditor').get(`${path}/refusals`);
    expect(shown.at('items')).toMatchObject([
      {
        revision: 0,
        type: 'SensitiveCommandRefused',
        actor: { subject: subjectOf('Investigator') },
        data: { subject: `evidence-${id}`, command: 'AcceptCustody', code: 'offer-unknown' },
      },
    ]);
    expect(shown.text).not.toContain('mill');
  });

  test('also on a witness, without who the witness is', async () => {
    const { path } = await witness();
    const refused = await as('WitnessProtectionOfficer2').post(`${path}/approve-erasure`, approval);
    expect(refused.status).toBe(409);
    const shown = await as('SupervisingProsecutor').get(`${path}/refusals`);
    expect(shown.at('items', 0, 'data')).toMatchObject({
      command: 'ApproveErasure',
      code: 'approval-unknown',
    });
    expect(shown.text).not.toContain('Example');
    expect(shown.text).not.toContain('ciphertext');
  });

  test('comes in pages, the newest last', async () => {
    const { id } = await as('Prosecutor').command('/v1/investigations', examples.OpenInvestigation);
    const path = `/v1/investigations/${id}`;
    for (let n = 0; n < 3; n += 1)
      await as('SupervisingProsecutor').post(`${path}/approve-closure`, {
        ...approval,
        requestId: randomUUID(),
      });
    const first = await as('Auditor').get(`${path}/refusals?limit=2`);
    expect([first.at('items', 0, 'revision'), first.at('items', 1, 'revision')]).toEqual([0, 1]);
    const second = await as('Auditor').get(`${path}/refusals?limit=2&cursor=${String(first.at('next'))}`);
    expect([second.at('items', 0, 'revision'), second.at('next')]).toEqual([2, null]);
    expect((await as('Auditor').get(`${path}/refusals?from=2`)).at('items')).toHaveLength(1);
  });

  test('is nothing where nothing was refused, on every kind of resource', async () => {
    const made = [
      ['IntakeOfficer', '/v1/allegations', examples.FileAllegation],
      ['Analyst', '/v1/incidents', examples.RecordIncident],
      ['Prosecutor', '/v1/investigations', examples.OpenInvestigation],
      ['Analyst', '/v1/evidence', examples.RegisterEvidence],
      ['Investigator', '/v1/witnesses', examples.RegisterWitness],
    ] as const;
    for (const [user, path, body] of made) {
      const { id } = await as(user).command(path, body);
      expect((await as('Auditor').get(`${path}/${id}/refusals`)).at('items')).toEqual([]);
    }
  });

  test('is for those who may read refusals, of what they may see', async () => {
    const { id } = await as('Prosecutor').command('/v1/investigations', examples.OpenInvestigation);
    const path = `/v1/investigations/${id}`;
    expect((await as('Prosecutor').get(`${path}/refusals`)).status).toBe(403);
    expect((await as('Auditor').get(`/v1/investigations/${randomUUID()}/refusals`)).status).toBe(404);
    expect((await as('SupervisingProsecutor').get(`${path}/refusals`)).status).toBe(200);
    await as('SupervisingProsecutor').command(`${path}/declare-conflict`, { reason: 'kin' });
    expect((await as('SupervisingProsecutor').get(`${path}/refusals`)).status).toBe(404);
    expect((await as('Auditor').get(`${path}/refusals`)).status).toBe(200);
  });
});

describe('who read protected material', () => {
  test('is shown with what was read and for which purpose, and not what it says', async () => {
    const { id, path } = await witness();
    expect((await as('Auditor').get(`${path}/accesses`)).at('items')).toEqual([]);
    const purpose = 'To arrange an interview';
    const unsealed = await as('WitnessProtectionOfficer').post(`${path}/unseal`, {
      fields: ['identity'],
      purpose,
    });
    expect(unsealed.status).toBe(200);
    const shown = await as('Auditor').get(`${path}/accesses`);
    expect(shown.at('items')).toMatchObject([
      {
        type: 'ProtectedMaterialRead',
        actor: { subject: subjectOf('WitnessProtectionOfficer') },
        data: { subject: `witness-${id}`, material: 'identity', fields: ['identity'], purpose },
      },
    ]);
    expect(shown.text).not.toContain('Example');
  });

  test('is for those who may read accesses', async () => {
    const { path } = await witness();
    expect((await as('Prosecutor').get(`${path}/accesses`)).status).toBe(403);
    expect((await as('SupervisingProsecutor').get(`${path}/accesses`)).status).toBe(200);
    expect((await as('Auditor').get(`/v1/witnesses/${randomUUID()}/accesses`)).status).toBe(404);
  });

  test('of referrals and items of evidence, and of nothing that has no protected material', async () => {
    const { id } = await as('Prosecutor').command('/v1/investigations', examples.OpenInvestigation);
    const nothing = { evidence: [], witnesses: [], incidents: [], allegations: [] };
    const draft = { investigationId: id, recipient: 'Chamber A', legalBasis: 'Article 4', ...nothing };
    const referral = await as('Prosecutor').command('/v1/referrals', draft);
    for (const ledger of ['accesses', 'refusals', 'history'])
      expect((await as('Auditor').get(`/v1/referrals/${referral.id}/${ledger}`)).status).toBe(200);
    const item = await as('Analyst').command('/v1/evidence', examples.RegisterEvidence);
    expect((await as('Auditor').get(`/v1/evidence/${item.id}/accesses`)).at('items')).toEqual([]);
    expect((await as('Auditor').get(`/v1/investigations/${id}/accesses`)).status).toBe(404);
  });
});

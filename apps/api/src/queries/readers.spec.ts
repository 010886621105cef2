import { randomUUID } from 'node:crypto';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, type Client, memberAt } from '../../../../test/support/api-client.js';

// A view shows nobody what the policies keep from them.

let suite: ApiSuite;
let running: RunningApi;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
});
afterAll(() => suite.end());

const as = (user: string): Client => client(running, suite, user);
const at = (position: string) => ({ 'inquest-position': position });

describe('the cases an item of evidence is linked to', () => {
  let caseId: string;
  let position: string;
  beforeAll(async () => {
    const item = await as('Prosecutor').command('/v1/evidence', examples.RegisterEvidence);
    ({ id: caseId } = await as('Prosecutor').command('/v1/investigations', examples.OpenInvestigation));
    const path = `/v1/investigations/${caseId}`;
    const link = { evidenceId: item.id, relevance: 'Shows the road' };
    await as('Prosecutor').command(`${path}/link-evidence`, link);
    ({ position } = await as('Prosecutor2').command(`${path}/declare-conflict`, { reason: 'kin' }));
  });
  const register = async (user: string, query = '') => {
    const answer = await as(user).get(`/v1/evidence${query}`, at(position));
    expect(answer.status).toBe(200);
    return answer;
  };

  test('are shown to who may read cases, and find the item', async () => {
    const shown = await register('Prosecutor', `?investigation=${caseId}`);
    expect(shown.at('items', 0, 'investigations')).toMatchObject([
      { id: caseId, relevance: 'Shows the road' },
    ]);
    expect((await register('Auditor')).at('items', 0, 'investigations')).toHaveLength(1);
  });

  test('are kept from who may read none', async () => {
    const shown = await register('EvidenceCustodian');
    expect(shown.at('items', 0, 'exhibitNumber')).toBeDefined();
    expect(shown.at('items', 0, 'investigations')).toBeUndefined();
    expect(shown.text).not.toContain('Shows the road');
    expect((await register('EvidenceCustodian', `?investigation=${caseId}`)).at('items')).toEqual([]);
  });

  test('are kept from who declared a conflict of interest in them', async () => {
    const shown = await register('Prosecutor2');
    expect(shown.at('items', 0, 'investigations')).toEqual([]);
    expect((await register('Prosecutor2', `?investigation=${caseId}`)).at('items')).toEqual([]);
  });
});

test('the timeline of a case shows what was refused to those who may read refusals, by the refusal’s own name', async () => {
  const { id } = await as('Prosecutor').command('/v1/investigations', examples.OpenInvestigation);
  const path = `/v1/investigations/${id}`;
  const approval = { requestId: randomUUID(), digest: 'a'.repeat(64) };
  expect((await as('SupervisingProsecutor').post(`${path}/approve-closure`, approval)).status).toBe(409);
  const { position } = await as('Prosecutor').command('/v1/incidents', examples.RecordIncident);
  const timeline = async (user: string) => {
    const shown = (await as(user).get(`${path}/timeline`, at(position))).at('items');
    return Array.isArray(shown) ? shown : [];
  };
  const opened = { type: 'InvestigationOpened', stream: `investigation-${id}`, revision: 0 };
  expect(await timeline('Prosecutor')).toMatchObject([opened]);
  for (const user of ['SupervisingProsecutor', 'Auditor']) {
    const shown = await timeline(user);
    expect(shown).toMatchObject([
      opened,
      {
        type: 'SensitiveCommandRefused',
        stream: `refusal-${id}`,
        revision: 0,
        about: `investigation-${id}`,
      },
    ]);
    expect(memberAt(shown, [0, 'about'])).toBe(`investigation-${id}`);
  }
  const asked = await as('Prosecutor').get(`${path}/timeline?type=SensitiveCommandRefused`, at(position));
  expect(asked.at('items')).toEqual([]);
});

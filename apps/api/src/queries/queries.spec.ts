import { randomUUID } from 'node:crypto';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, type Client, memberAt } from '../../../../test/support/api-client.js';

let suite: ApiSuite;
let running: RunningApi;
let prosecutor: Client;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  prosecutor = client(running, suite, 'Prosecutor');
});
afterAll(() => suite.end());

const at = (position: string) => ({ 'inquest-position': position });
const items = (answer: { at(...path: string[]): unknown }): unknown[] => {
  const found = answer.at('items');
  if (!Array.isArray(found)) throw new Error('not a list');
  return found;
};
const idsOf = (answer: { at(...path: string[]): unknown }) =>
  items(answer).map((item) => memberAt(item, ['id']));

describe('one resource', () => {
  let path: string;
  let between: string;
  beforeAll(async () => {
    const { id } = await prosecutor.command('/v1/investigations', examples.OpenInvestigation);
    path = `/v1/investigations/${id}`;
    await prosecutor.command(`${path}/assign-lead`, { lead: 'p-1' });
    const history = await prosecutor.get(`${path}/history`);
    between = String(history.at('items', 1, 'recordedAt'));
    // Recording times have milliseconds: what is recorded in the same one belongs to it.
    await suite.until(async () => Date.now() > Date.parse(between) + 1);
    await prosecutor.command(`${path}/assign-lead`, { lead: 'p-2' });
  });

  test('as it is now, with its revision', async () => {
    const now = await prosecutor.get(path);
    expect([now.status, now.at('lead'), now.at('revision'), now.headers.get('etag')]).toEqual([
      200,
      'p-2',
      2,
      '"2"',
    ]);
  });

  test('as it was right after a revision', async () => {
    const then = await prosecutor.get(`${path}?revision=0`);
    expect([then.at('stage'), then.at('lead'), then.headers.get('etag')]).toEqual([
      'opened',
      undefined,
      '"0"',
    ]);
    expect((await prosecutor.get(`${path}?revision=3`)).status).toBe(404);
  });

  test('as it was known at an instant', async () => {
    expect((await prosecutor.get(`${path}?asOf=${between}`)).at('lead')).toBe('p-1');
    expect((await prosecutor.get(`${path}?asOf=2020-01-01T00:00:00Z`)).status).toBe(404);
  });

  test('with the history of every field, in pages', async () => {
    const first = await prosecutor.get(`${path}/history?limit=2`);
    expect(first.at('items', 1)).toMatchObject({
      revision: 1,
      type: 'LeadAssigned',
      actor: { roles: ['Prosecutor'] },
      changes: [{ pointer: '/lead', to: 'p-1' }],
    });
    const second = await prosecutor.get(`${path}/history?limit=2&cursor=${String(first.at('next'))}`);
    expect(second.at('items', 0, 'changes')).toEqual([{ pointer: '/lead', from: 'p-1', to: 'p-2' }]);
    expect([items(second).length, second.at('next')]).toEqual([1, null]);
  });

  test('with what differs between two moments', async () => {
    const change = { pointer: '/lead', from: 'p-1', to: 'p-2' };
    expect((await prosecutor.get(`${path}/diff?from=1&to=2`)).at('changes')).toEqual([change]);
    expect((await prosecutor.get(`${path}/diff?from=${between}`)).at('changes')).toEqual([change]);
    expect((await prosecutor.get(`${path}/diff?from=0&to=9`)).status).toBe(404);
  });

  test('with its timeline', async () => {
    const { position } = await prosecutor.command(`${path}/assign-member`, {
      member: 'm-1',
      duty: 'analyst',
    });
    const timeline = await prosecutor.get(`${path}/timeline?limit=2&sort=-recordedAt`, at(position));
    expect(items(timeline).map((item) => memberAt(item, ['type']))).toEqual([
      'MemberAssigned',
      'LeadAssigned',
    ]);
  });

  test('that is not there is not found', async () => {
    for (const kind of ['allegations', 'incidents', 'investigations', 'evidence'])
      for (const rest of ['', '/history', '/diff?from=0'])
        expect((await prosecutor.get(`/v1/${kind}/${randomUUID()}${rest}`)).status).toBe(404);
    expect((await prosecutor.get(`/v1/allegations/${randomUUID()}/duplicates`)).status).toBe(404);
  });
});

describe('a list', () => {
  test('shows what its reader wrote', async () => {
    const { id, position } = await prosecutor.command('/v1/incidents', examples.RecordIncident);
    const list = await prosecutor.get('/v1/incidents?sort=-recordedAt&limit=1', at(position));
    expect(idsOf(list)).toEqual([id]);
    expect(BigInt(list.headers.get('inquest-position') ?? 0)).toBeGreaterThanOrEqual(BigInt(position));
  });

  test('of evidence shows its cases, and what else has its digest, as the document says', async () => {
    const body = examples.RegisterEvidence;
    const first = await prosecutor.command('/v1/evidence', body);
    const twin = await prosecutor.command('/v1/evidence', { ...body, exhibitNumber: 'RVM-V-002' });
    const list = await prosecutor.get('/v1/evidence?exhibitNumber=RVM-V-001', at(twin.position));
    expect(items(list)).toMatchObject([
      { id: first.id, investigations: [], sameContent: [{ id: twin.id, exhibitNumber: 'RVM-V-002' }] },
    ]);
  });

  test('that does not get there in time says so, and when to ask again', async () => {
    const head = await running.store.head();
    const late = await prosecutor.get('/v1/incidents', at(String(head + 1000n)));
    expect([late.status, late.at('code'), late.headers.get('retry-after')]).toEqual([
      503,
      'view-behind',
      '1',
    ]);
    expect(late.at('tookEffect')).toBeUndefined();
  });

  test('pages to its end without repeating or leaving out', async () => {
    let position = '0';
    const made: string[] = [];
    for (const title of ['a', 'b', 'c', 'd', 'e']) {
      const filed = await prosecutor.command('/v1/incidents', {
        ...examples.RecordIncident,
        title: `Page ${title}`,
      });
      made.push(filed.id);
      position = filed.position;
    }
    const found: unknown[] = [];
    let next = '';
    do {
      const page = await prosecutor.get(`/v1/incidents?limit=2&sort=-recordedAt${next}`, at(position));
      found.push(...idsOf(page));
      next = page.at('next') === null ? '' : `&cursor=${String(page.at('next'))}`;
    } while (next !== '');
    expect(found.slice(0, 5)).toEqual(made.toReversed());
    expect(new Set(found).size).toBe(found.length);
  });

  test('does not take the cursor of another question', async () => {
    const page = await prosecutor.get('/v1/incidents?limit=1');
    const cursor = String(page.at('next'));
    const other = await prosecutor.get(`/v1/incidents?limit=1&sort=recordedAt&cursor=${cursor}`);
    const tampered = await prosecutor.get(`/v1/incidents?limit=1&cursor=${cursor.slice(0, -4)}AAAA`);
    expect([other.status, tampered.status]).toEqual([400, 400]);
  });

  test('of incidents is also a map', async () => {
    const { position } = await prosecutor.command('/v1/incidents', examples.RecordIncident);
    const map = await prosecutor.get('/v1/incidents?limit=1&sort=-recordedAt', {
      ...at(position),
      accept: 'application/geo+json',
    });
    expect(map.at('features', 0, 'geometry')).toEqual({ type: 'Point', coordinates: [2.25, 1.5] });
  });

  test('of cases leaves out those in which its reader has a conflict of interest', async () => {
    const { id } = await prosecutor.command('/v1/investigations', {
      ...examples.OpenInvestigation,
      reference: 'WALL-1',
    });
    const { position } = await prosecutor.command(`/v1/investigations/${id}/declare-conflict`, {
      reason: 'kin',
    });
    const board = (who: string) =>
      client(running, suite, who).get('/v1/investigations?reference=WALL-1', at(position));
    expect(idsOf(await board('Prosecutor'))).toEqual([]);
    expect(idsOf(await board('Prosecutor2'))).toEqual([id]);
  });

  test('of allegations leads to what may be the same', async () => {
    const first = await prosecutor.command('/v1/allegations', examples.FileAllegation);
    const second = await prosecutor.command('/v1/allegations', examples.FileAllegation);
    const candidates = await prosecutor.get(`/v1/allegations/${second.id}/duplicates`, at(second.position));
    expect(items(candidates).map((item) => memberAt(item, ['allegation', 'id']))).toContain(first.id);
  });

  test.each(['allegations', 'incidents', 'investigations', 'evidence'])('%s, as documented', async (path) => {
    expect((await prosecutor.get(`/v1/${path}`)).status).toBe(200);
  });

  test.each([
    ['IntakeOfficer', '/v1/investigations'],
    ['Administrator', '/v1/incidents'],
    ['ServiceConsumer', '/v1/statistics'],
    ['Prosecutor', '/v1/events'],
  ])('is not for everybody: %s %s', async (user, path) => {
    expect((await client(running, suite, user).get(path)).status).toBe(403);
  });
});

describe('statistics', () => {
  test('count what was assessed, and lead to it', async () => {
    const { id } = await prosecutor.command('/v1/incidents', examples.RecordIncident);
    const { position } = await prosecutor.command(`/v1/incidents/${id}/assess-victims`, {
      harm: 'killed',
      status: 'horsDeCombat',
      min: 3,
      max: null,
      standard: 'alleged',
      sources: ['River Valley Monitor, RVM-2025-014'],
      basis: 'Three bodies are seen.',
      asOf: '2025-02-20',
    });
    const counted = await prosecutor.get('/v1/statistics?by=harm,standard&harm=killed', at(position));
    expect(counted.at('groups', 0)).toMatchObject({
      group: { harm: 'killed', standard: 'alleged' },
      victims: [{ harm: 'killed', standard: 'alleged', figures: 1, min: 3, best: null, max: null }],
    });
    const behind = await prosecutor.get('/v1/statistics/counted?harm=killed', at(position));
    expect(behind.at('items', 0)).toMatchObject({
      incidentId: id,
      assessment: { sources: ['River Valley Monitor, RVM-2025-014'], asOf: '2025-02-20' },
    });
  });
});

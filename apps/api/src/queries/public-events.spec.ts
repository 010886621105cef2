import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Answered, client, type Client, memberAt } from '../../../../test/support/api-client.js';
import { asOwner } from '../../../../test/support/event-store-database.js';
import * as sample from '../../../../test/support/sample-commands.js';
import { derivedId, noStream } from '#event-sourcing';

let suite: ApiSuite;
let running: RunningApi;
let prosecutor: Client;
let service: Client;
beforeEach(async () => {
  suite = await apiSuite();
  running = await suite.start();
  prosecutor = client(running, suite, 'Prosecutor');
  service = client(running, suite, 'ServiceConsumer');
});
afterEach(() => suite.end());

const demand = { kind: 'noDisclosure', provider: 'Partner agency', permits: [], legalBasis: 'Agreement' };
const restrict = (id: string) => prosecutor.command(`/v1/evidence/${id}/restrict-evidence`, demand);
const link = (caseId: string, evidenceId: string) =>
  prosecutor.command(`/v1/investigations/${caseId}/link-evidence`, {
    evidenceId,
    relevance: 'Shows the ford',
    bearing: 'unreviewed',
  });
const newItem = (over: object = {}) => prosecutor.command('/v1/evidence', sample.evidence(over));
const newCase = () => prosecutor.command('/v1/investigations', sample.investigation());

/** What a page has, an event by its type and what it is about. */
const told = (page: Answered) => {
  const items = page.at('items');
  return Array.isArray(items)
    ? items.map((item) => [
        memberAt(item, ['type']),
        memberAt(item, ['data', 'evidenceId']) ?? memberAt(item, ['stream']),
      ])
    : [];
};

test('services get the members that leave, and no metadata', async () => {
  const { id } = await prosecutor.command('/v1/allegations', sample.allegation());
  const page = await service.get('/v1/events');
  const { source, nature, language, claimed } = sample.allegation();
  expect(page.at('items', 0)).toEqual({
    id: expect.any(String),
    stream: `allegation-${id}`,
    revision: 0,
    position: '1',
    type: 'AllegationFiled',
    schemaVersion: 1,
    recordedAt: expect.any(String),
    data: { source: { kind: source.kind }, nature, language, claimed: { scope: claimed.scope } },
  });
});

test('an event is in the newest shape, whatever it was stored in', async () => {
  const { id } = await newItem();
  const [stored] = await running.store.readAll(0n, 1);
  const stream = `investigation-${derivedId('older')}`;
  const data = JSON.stringify({ evidenceId: id, relevance: 'Shows the ford', bearing: 'unreviewed' });
  await running.store.append(stream, noStream, [
    {
      id: derivedId('linked'),
      type: 'EvidenceLinked',
      schemaVersion: 1,
      data,
      metadata: stored?.metadata ?? '',
    },
  ]);
  const page = await service.get('/v1/events?type=EvidenceLinked');
  expect([page.at('items', 0, 'schemaVersion'), page.at('items', 0, 'data')]).toEqual([
    2,
    { evidenceId: id },
  ]);
});

test('what does not leave is not there, and an empty page leads on', async () => {
  await prosecutor.command('/v1/witnesses', sample.witness());
  await prosecutor.command('/v1/witnesses', sample.witness());
  await newCase();
  const empty = await service.get('/v1/events?limit=1&type=WitnessRegistered');
  expect([told(empty), empty.headers.get('inquest-position'), empty.at('next')]).toEqual([[], '3', null]);
  const page = await service.get('/v1/events?limit=1');
  expect([page.at('items', 0, 'type'), page.at('items', 0, 'position')]).toEqual([
    'InvestigationOpened',
    '3',
  ]);
});

test('of a restricted item, and of what a case does with it, nothing is there until the restriction is lifted', async () => {
  const { id: caseId } = await newCase();
  const { id: open } = await newItem();
  const { id: kept } = await newItem();
  await link(caseId, open);
  await link(caseId, kept);
  expect(told(await service.get('/v1/events'))).toHaveLength(5);
  await restrict(kept);
  const opened = ['InvestigationOpened', `investigation-${caseId}`];
  const page = await service.get('/v1/events');
  expect(told(page)).toEqual([opened, ['EvidenceRegistered', `evidence-${open}`], ['EvidenceLinked', open]]);
  expect(page.headers.get('inquest-position')).toBe('6');

  const withheld = await service.get('/v1/events?after=2&limit=1');
  expect([told(withheld), withheld.at('next')]).toEqual([[], '3']);

  const restrictions = (await prosecutor.get(`/v1/evidence/${kept}`)).at('restrictions');
  const [restrictionId] = Object.keys(restrictions ?? {});
  await client(running, suite, 'SupervisingProsecutor').command(`/v1/evidence/${kept}/lift-restriction`, {
    restrictionId,
    providerConsentEvidenceId: open,
  });
  expect(told(await service.get('/v1/events')).slice(2)).toEqual([
    ['EvidenceRegistered', `evidence-${kept}`],
    ['EvidenceLinked', open],
    ['EvidenceLinked', kept],
    ['RestrictionLifted', `evidence-${kept}`],
  ]);
});

test('what came under restrictions is not there: an item, an account, and the triage that names it', async () => {
  await newItem({ restrictions: [demand] });
  const { id: kept } = await prosecutor.command(
    '/v1/allegations',
    sample.allegation({ restrictions: [demand] }),
  );
  const { id } = await prosecutor.command('/v1/allegations', sample.allegation());
  await prosecutor.command(`/v1/allegations/${id}/triage-allegation`, {
    decision: 'duplicate',
    duplicateOf: kept,
    reason: 'The same words',
  });
  expect(told(await service.get('/v1/events'))).toEqual([['AllegationFiled', `allegation-${id}`]]);
});

test('an item of which the register has parked an event counts as restricted, and nobody waits for it', async () => {
  const { id } = await newItem();
  expect(told(await service.get('/v1/events'))).toHaveLength(1);
  await asOwner(suite.ownerUrl, (owner) =>
    owner.query(
      `INSERT INTO projections.parked (projection, position, stream, revision, event_id, type, fault)
       VALUES ('evidence_register', 1, $1, 0, $2, 'EvidenceRegistered', 'for the test')`,
      [`evidence-${id}`, derivedId('parked')],
    ),
  );
  const page = await service.get('/v1/events');
  expect([page.status, told(page)]).toEqual([200, []]);
});

test('an event that only a newer version can read is not passed over', async () => {
  await newItem();
  const [stored] = await running.store.readAll(0n, 1);
  const newer = { id: derivedId('newer'), schemaVersion: 1, data: '{}', metadata: stored?.metadata ?? '' };
  await running.store.append(`incident-${derivedId('newer')}`, noStream, [
    { ...newer, type: 'IncidentForeseen' },
  ]);
  const page = await service.get('/v1/events');
  expect([page.status, page.at('detail')]).toEqual([503, expect.stringContaining('position 2')]);
  expect(told(await service.get('/v1/events?type=EvidenceRegistered'))).toHaveLength(1);
});

describe('while the views stand still', () => {
  beforeEach(async () => {
    await running.stop();
    running = await suite.start({ projects: false });
    prosecutor = client(running, suite, 'Prosecutor');
    service = client(running, suite, 'ServiceConsumer');
  });

  test('what cannot be restricted is there, and a page with an item says that the view is late', async () => {
    await newCase();
    expect(told(await service.get('/v1/events'))).toHaveLength(1);
    await newItem();
    const page = await service.get('/v1/events');
    expect([page.status, page.at('type')]).toEqual([503, '/problems/view-behind']);
  });

  test('an event stream waits, goes on by itself, and moves on past what is withheld', async () => {
    const { id } = await newItem();
    const response = await fetch(`${running.url}/v1/events`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${suite.issuer.tokens['ServiceConsumer']}`,
      },
    });
    const { id: kept } = await newItem({ restrictions: [demand] });
    const other = await suite.start();
    expect((await service.get('/v1/events?type=InvestigationOpened')).status).toBe(200);
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes('id: 2\n')) break;
    }
    expect(text.match(/^(id|event): .*$/gm)).toEqual(['id: 1', 'event: EvidenceRegistered', 'id: 2']);
    expect(text).toContain(id);
    expect(text).not.toContain(kept);
    await other.stop();
  });
});

import { randomUUID } from 'node:crypto';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, type Client, memberAt } from '../../../../test/support/api-client.js';
import { commandHeaders } from './command-headers.js';

let suite: ApiSuite;
let one: RunningApi;
let two: RunningApi;
let prosecutor: Client;
beforeAll(async () => {
  suite = await apiSuite();
  [one, two] = [await suite.start(), await suite.start({ projects: false })];
  prosecutor = client(one, suite, 'Prosecutor');
});
afterAll(() => suite.end());

const missing = randomUUID();

describe('a command that creates', () => {
  test('answers with a receipt, its address and its revision', async () => {
    const answer = await prosecutor.post('/v1/allegations', examples.FileAllegation);
    expect(answer.status).toBe(201);
    const id = String(answer.at('id'));
    expect(answer.headers.get('location')).toBe(`/v1/allegations/${id}`);
    expect(answer.headers.get('etag')).toBe('"0"');
    expect(answer.at('stream')).toBe(`allegation-${id}`);
    expect(answer.headers.get('inquest-position')).toBe(answer.at('position'));
    expect(answer.headers.has('idempotency-replayed')).toBe(false);
  });

  test('repeated under its key gives the first answer, from any process', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await prosecutor.post('/v1/incidents', examples.RecordIncident, key);
    const head = await one.store.head();
    for (const api of [one, two]) {
      const again = await client(api, suite, 'Prosecutor').post(
        '/v1/incidents',
        examples.RecordIncident,
        key,
      );
      expect([again.status, again.text]).toEqual([201, first.text]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
    }
    expect(await one.store.head()).toBe(head);
  });

  test('under the key of another body is refused', async () => {
    const key = { 'idempotency-key': 'one-for-two' };
    await prosecutor.command('/v1/incidents', examples.RecordIncident, key);
    const other = await prosecutor.post(
      '/v1/incidents',
      { ...examples.RecordIncident, title: 'Another' },
      key,
    );
    expect([other.status, other.at('code')]).toEqual([422, 'idempotency-key-reused']);
  });

  test('under the same key by somebody else, or on another route, is another command', async () => {
    const key = { 'idempotency-key': 'not-mine-alone' };
    const mine = await prosecutor.command('/v1/incidents', examples.RecordIncident, key);
    const theirs = await client(one, suite, 'Prosecutor2').command(
      '/v1/incidents',
      examples.RecordIncident,
      key,
    );
    const elsewhere = await prosecutor.command('/v1/allegations', examples.FileAllegation, key);
    expect(new Set([mine.id, theirs.id, elsewhere.id]).size).toBe(3);
  });

  test('under the same key of a service is another command for each person on whose behalf it is sent', async () => {
    const key = 'of-the-service';
    const ids = new Set<string>();
    for (const person of ['p.keller', 'p.keller', 'a.marku', undefined]) {
      const token = await suite.expiringToken('Prosecutor', 60, person);
      const headers = { 'idempotency-key': key, authorization: `Bearer ${token}` };
      ids.add((await prosecutor.command('/v1/incidents', examples.RecordIncident, headers)).id);
    }
    expect(ids.size).toBe(3);
  });

  test('without a key is a new command each time', async () => {
    const first = await prosecutor.command('/v1/incidents', examples.RecordIncident);
    const second = await prosecutor.command('/v1/incidents', examples.RecordIncident);
    expect(second.id).not.toBe(first.id);
  });
});

describe('a command on what is there', () => {
  async function opened(): Promise<string> {
    return (await prosecutor.command('/v1/investigations', examples.OpenInvestigation)).id;
  }

  test('moves the revision on', async () => {
    const id = await opened();
    const answer = await prosecutor.post(`/v1/investigations/${id}/assign-lead`, { lead: 'p-1' });
    expect([answer.status, answer.at('revision'), answer.headers.get('etag')]).toEqual([200, 1, '"1"']);
  });

  test('that is already so answers with the last revision and records nothing', async () => {
    const id = await opened();
    const lead = await prosecutor.command(`/v1/investigations/${id}/assign-lead`, { lead: 'p-1' });
    const again = await prosecutor.post(`/v1/investigations/${id}/assign-lead`, { lead: 'p-1' });
    expect([again.status, again.at('position'), again.at('eventIds')]).toEqual([200, lead.position, []]);
  });

  test('is carried out on the revision the caller saw, or not at all', async () => {
    const id = await opened();
    const path = `/v1/investigations/${id}/assign-lead`;
    expect((await prosecutor.post(path, { lead: 'p-1' }, { 'if-match': '"0"' })).status).toBe(200);
    const stale = await prosecutor.post(path, { lead: 'p-2' }, { 'if-match': '"0"' });
    expect([stale.status, stale.at('code'), stale.at('revision')]).toEqual([412, 'revision-moved', 1]);
    expect(stale.headers.get('etag')).toBe('"1"');
  });

  test('is not carried out on a revision of what is not there yet', async () => {
    const answer = await prosecutor.post('/v1/investigations', examples.OpenInvestigation, {
      'if-match': '"0"',
    });
    expect([answer.status, answer.at('code'), answer.at('revision')]).toEqual([
      412,
      'revision-moved',
      undefined,
    ]);
    expect(answer.headers.get('etag')).toBeNull();
  });

  test.each(['"999999999"', '"2147483647"', '"9999999999"'])(
    'takes %s as a revision where the document does',
    async (tag) => {
      const path = `/v1/investigations/${await opened()}/assign-lead`;
      const isDocumented = new RegExp(
        String(memberAt(commandHeaders, ['If-Match', 'schema', 'pattern'])),
      ).test(tag);
      const answer = await prosecutor.post(path, { lead: 'p-1' }, { 'if-match': tag });
      expect(answer.status).toBe(isDocumented ? 412 : 400);
    },
  );

  test('replayed answers as at first, although the revision has moved on since', async () => {
    const id = await opened();
    const path = `/v1/investigations/${id}/assign-lead`;
    const headers = { 'if-match': '"0"', 'idempotency-key': randomUUID() };
    const first = await prosecutor.post(path, { lead: 'p-1' }, headers);
    await prosecutor.command(path, { lead: 'p-2' });
    const again = await client(two, suite, 'Prosecutor').post(path, { lead: 'p-1' }, headers);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
  });

  test('never answers from what another process has made stale', async () => {
    const id = await opened();
    const here = prosecutor;
    const there = client(two, suite, 'Prosecutor');
    const path = `/v1/investigations/${id}/assign-lead`;
    await there.command(path, { lead: 'p-1' });
    await here.command(path, { lead: 'p-2' });
    const answer = await there.post(path, { lead: 'p-1' });
    expect([answer.status, answer.at('revision'), answer.at('eventIds', 0)]).toEqual([
      200,
      3,
      expect.any(String),
    ]);
  });

  test.each([
    ['an id that does not exist', `/v1/investigations/${missing}/assign-lead`],
    ['an id in capitals', `/v1/investigations/${missing.toUpperCase()}/assign-lead`],
    ['what is no id', '/v1/investigations/latest/assign-lead'],
  ])('%s is not found', async (_, path) => {
    expect((await prosecutor.post(path, { lead: 'p-1' })).status).toBe(404);
  });

  test('the id of another resource is not found', async () => {
    const { id } = await prosecutor.command('/v1/incidents', examples.RecordIncident);
    const answer = await prosecutor.post(`/v1/investigations/${id}/assign-lead`, { lead: 'p-1' });
    expect(answer.status).toBe(404);
  });
});

describe('what the domain refuses', () => {
  test('names its rule, which has a page', async () => {
    const { id } = await prosecutor.command('/v1/investigations', examples.OpenInvestigation);
    const answer = await prosecutor.post(`/v1/investigations/${id}/advance-investigation`, {
      to: 'chargingReview',
    });
    expect([answer.status, answer.at('type')]).toEqual([409, '/problems/refused']);
    const page = await client(one, suite, undefined).get(`/problems/${String(answer.at('code'))}`);
    expect([page.status, page.at('status')]).toEqual([200, 409]);
  });

  test('is itself on record when it is sensitive, and leaves the revision alone', async () => {
    const { id } = await prosecutor.command('/v1/investigations', examples.OpenInvestigation);
    const supervisor = client(one, suite, 'SupervisingProsecutor');
    const approval = { requestId: missing, digest: 'a'.repeat(64) };
    const key = { 'idempotency-key': 'again-and-again' };
    const refused = await supervisor.post(`/v1/investigations/${id}/approve-closure`, approval, key);
    expect([refused.status, refused.at('code')]).toEqual([409, 'approval-unknown']);
    await supervisor.post(`/v1/investigations/${id}/approve-closure`, approval, key);
    const auditor = client(one, suite, 'Auditor');
    const events = await auditor.get('/v1/events?type=SensitiveCommandRefused&limit=200');
    const own = events.text.split(`"subject":"investigation-${id}","command":"ApproveClosure"`).length - 1;
    expect(own).toBe(2);
    expect((await auditor.get(`/v1/investigations/${id}`)).at('revision')).toBe(0);
  });
});

describe('who may', () => {
  test('nobody without a token', async () => {
    const answer = await client(one, suite, undefined).post('/v1/allegations', examples.FileAllegation);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="inquest"']);
  });

  test('who never may is told so, whatever the id', async () => {
    const auditor = client(one, suite, 'Auditor');
    const { id } = await prosecutor.command('/v1/investigations', examples.OpenInvestigation);
    for (const target of [id, missing])
      expect((await auditor.post(`/v1/investigations/${target}/assign-lead`, { lead: 'p-1' })).status).toBe(
        403,
      );
  });

  test('who may not do it to this case gets the answer that a missing one gets', async () => {
    const { id } = await prosecutor.command('/v1/investigations', examples.OpenInvestigation);
    const path = `/v1/investigations/${id}`;
    const key = { 'idempotency-key': 'before-the-conflict' };
    await prosecutor.command(`${path}/assign-lead`, { lead: 'p-1' }, key);
    await prosecutor.command(`${path}/declare-conflict`, { reason: 'The suspect is a cousin of mine.' });

    const bare = (text: string) => text.replace(/"traceId":"[0-9a-f]+"/, '');
    const absent = await prosecutor.post(`/v1/investigations/${missing}/assign-lead`, { lead: 'p-1' });
    const denied = [
      await prosecutor.post(`${path}/assign-lead`, { lead: 'p-2' }),
      await prosecutor.post(`${path}/assign-lead`, { lead: 'p-2' }, { 'if-match': '"0"' }),
      await prosecutor.post(`${path}/assign-lead`, { lead: 'p-1' }, key),
      await prosecutor.post(`${path}/assign-lead`, { lead: 'p-9' }, key),
      await prosecutor.get(path),
      await prosecutor.get(`${path}?revision=0`),
      await prosecutor.get(`${path}/history`),
      await prosecutor.get(`${path}/diff?from=0`),
      await prosecutor.get(`${path}/timeline`),
    ];
    for (const answer of denied) expect([answer.status, bare(answer.text)]).toEqual([404, bare(absent.text)]);
    expect((await client(one, suite, 'Prosecutor2').get(path)).status).toBe(200);
  });

  test('a step that needs a supervising prosecutor is refused by name, and the step before it can be repeated', async () => {
    const structural = { ...examples.OpenInvestigation, profile: 'structural' };
    const { id } = await prosecutor.command('/v1/investigations', structural);
    const advance = (by: string, to: string, key: string = randomUUID()) =>
      client(one, suite, by).post(
        `/v1/investigations/${id}/advance-investigation`,
        { to },
        { 'idempotency-key': key },
      );
    const first = await advance('Prosecutor', 'preliminaryExamination', 'into-the-examination');
    const again = await advance('Prosecutor', 'preliminaryExamination', 'into-the-examination');
    expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
    const refused = await advance('Prosecutor', 'investigation');
    expect([refused.status, refused.at('code')]).toEqual([409, 'supervising-prosecutor-required']);
    const other = await advance('SupervisingProsecutor', 'investigation');
    expect(other.at('type')).toBe('/problems/refused');
    expect(other.at('code')).not.toBe('supervising-prosecutor-required');
  });
});

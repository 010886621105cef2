import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { SignJWT, UnsecuredJWT } from 'jose';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, type Client } from '../../../../test/support/api-client.js';

let suite: ApiSuite;
let running: RunningApi;
let prosecutor: Client;
let headBefore: bigint;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  prosecutor = client(running, suite, 'Prosecutor');
});
afterAll(() => suite.end());

// Whatever is wrong with a request, it stores nothing.
beforeEach(async () => {
  headBefore = await running.store.head();
});
afterEach(async () => {
  expect(await running.store.head()).toBe(headBefore);
});

const { place, period } = examples.RecordIncident;
const json = JSON.stringify(examples.RecordIncident);
const withTitle = (text: string) => json.replace(JSON.stringify(examples.RecordIncident.title), text);

describe('a body', () => {
  test.each<[string, object, string[]]>([
    ['an unknown field', { ...examples.RecordIncident, verdict: 'guilty' }, ['/verdict']],
    [
      'an unknown field inside',
      { ...examples.RecordIncident, place: { ...place, street: 'x' } },
      ['/place/street'],
    ],
    ['a missing field', { ...examples.RecordIncident, title: undefined }, ['/title']],
    ['a wrong type', { ...examples.RecordIncident, title: 7, categories: {} }, ['/title', '/categories']],
    ['a list in place of an object', { ...examples.RecordIncident, place: [place] }, ['/place']],
    ['null for what is not there', { ...examples.RecordIncident, period: null }, ['/period']],
    [
      'a day that does not exist',
      { ...examples.RecordIncident, period: { ...period, start: '2023-02-30' } },
      ['/period/start'],
    ],
    ['a week', { ...examples.RecordIncident, period: { ...period, start: '2024-W01' } }, ['/period/start']],
    [
      'latitude 91',
      { ...examples.RecordIncident, place: { ...place, coordinates: { latitude: 91, longitude: 0 } } },
      ['/place/coordinates/latitude'],
    ],
    [
      'a latitude as text',
      { ...examples.RecordIncident, place: { ...place, coordinates: { latitude: '12.5', longitude: 0 } } },
      ['/place/coordinates/latitude'],
    ],
    ['control characters', { ...examples.RecordIncident, title: 'a\u0007b' }, ['/title']],
    ['white space for a text', { ...examples.RecordIncident, title: '  ' }, ['/title']],
    ['a word that is not in the list', { ...examples.RecordIncident, means: ['magic'] }, ['/means/0']],
  ])('with %s', async (_, body, pointers) => {
    const answer = await prosecutor.post('/v1/incidents', body);
    expect([answer.status, answer.at('code')]).toEqual([400, 'invalid-request']);
    const errors = answer.at('errors');
    const found = Array.isArray(errors) ? errors.map(({ pointer }: { pointer: string }) => pointer) : [];
    for (const pointer of pointers) expect(found.some((at) => at.startsWith(pointer))).toBe(true);
  });

  test('with min over max', async () => {
    const figures = [{ harm: 'killed', status: 'civilian', min: 5, max: 3 }];
    const answer = await prosecutor.post('/v1/allegations', {
      ...examples.FileAllegation,
      claimed: { scope: 'occurrence', figures },
    });
    expect([answer.status, answer.at('errors', 0, 'pointer')]).toEqual([400, '/claimed/figures/0']);
  });

  test('with everything wrong says so at once', async () => {
    const answer = await prosecutor.post('/v1/incidents', { title: '', categories: 'none', extra: 1 });
    const errors = answer.at('errors');
    expect(Array.isArray(errors) && errors.length).toBeGreaterThanOrEqual(6);
  });

  test.each<[string, string | object]>([
    ['fields', Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`x${index}`, 1]))],
    [
      'names',
      `{"${'x'.repeat(500_000)}":[${Array.from({ length: 4_000 }, () => String.raw`"\u0000"`).join()}]}`,
    ],
    ['members', { ...examples.RecordIncident, place: { ['x'.repeat(900_000)]: 1 } }],
  ])('of the largest size with too many or too long %s gets a short answer', async (_, body) => {
    const answer = await prosecutor.post('/v1/incidents', body);
    expect([answer.status, answer.at('code')]).toEqual([400, 'invalid-request']);
    expect(answer.text.length).toBeLessThan(32_768);
  });

  test('with more faults than are told says how many there are', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x${index}`, 1]));
    const answer = await prosecutor.post('/v1/incidents', { ...examples.RecordIncident, ...unknown });
    expect([answer.at('errors', 99, 'pointer'), answer.at('errors', 100)]).toEqual([
      '/x99',
      { pointer: '', message: 'and 50 more' },
    ]);
  });

  test.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ['nothing', ''],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['truncated JSON', '{"title":'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['NUL', withTitle(String.raw`"a\u0000b"`)],
    ['half a surrogate pair', withTitle(String.raw`"\ud800"`)],
    ['2^53 + 1', withTitle('9007199254740993')],
    ['1e999', withTitle('1e999')],
    ['a name twice', json.replace('{', '{"title":"another",')],
    ['__proto__', json.replace('{', '{"__proto__":{"title":"x"},')],
    ['constructor', json.replace('{', '{"constructor":{"name":"x"},')],
    ['33 levels', withTitle('['.repeat(33) + ']'.repeat(33))],
    ['100,000 levels', withTitle('['.repeat(100_000) + ']'.repeat(100_000))],
  ])('that is or holds %s', async (_, body) => {
    const answer = await prosecutor.post('/v1/incidents', body);
    expect([answer.status, answer.at('code')]).toEqual([400, 'invalid-request']);
  });

  test('that is missing altogether', async () => {
    expect((await prosecutor.post('/v1/incidents')).status).toBe(400);
  });

  test('of 1 MiB', async () => {
    const body = `{"title":"${'x'.repeat(1024 * 1024 - 12)}"}`;
    expect(body).toHaveLength(1024 * 1024);
    const answer = await prosecutor.post('/v1/incidents', body);
    expect([answer.status, answer.at('code')]).toEqual([413, 'too-large']);
  });

  test('of one byte less is read', async () => {
    const body = `{"title":"${'x'.repeat(1024 * 1024 - 13)}"}`;
    expect((await prosecutor.post('/v1/incidents', body)).status).toBe(400);
  });

  test.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=iso-8859-1', {}],
    ['application/json-patch+json', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('as %s %j', async (type, headers) => {
    const answer = await prosecutor.post('/v1/incidents', json, { ...headers, 'content-type': type });
    expect([answer.status, answer.at('code')]).toEqual([415, 'unsupported-media-type']);
  });
});

describe('a header or parameter', () => {
  test.each([
    ['Idempotency-Key', 'x'.repeat(256)],
    ['Idempotency-Key', 'a b'],
    ['Idempotency-Key', ''],
    ['If-Match', '17'],
    ['If-Match', 'W/"17"'],
    ['If-Match', '"017"'],
    ['If-Match', '*'],
    ['If-Match', '"1", "2"'],
    ['If-Match', '"99999999999"'],
  ])('%s: %s', async (name, value) => {
    const answer = await prosecutor.post('/v1/incidents', examples.RecordIncident, { [name]: value });
    expect([answer.status, answer.at('errors', 0, 'parameter')]).toEqual([400, name]);
  });

  test.each([
    ['/v1/incidents?cursor=broken', 'cursor'],
    [`/v1/incidents?cursor=${Buffer.from('["x","y","z"]').toString('base64url')}`, 'cursor'],
    ['/v1/incidents?limit=0', 'limit'],
    ['/v1/incidents?limit=201', 'limit'],
    ['/v1/incidents?limit=ten', 'limit'],
    ['/v1/incidents?limit=1&limit=2', 'limit'],
    ['/v1/incidents?sort=secret', 'sort'],
    ['/v1/incidents?colour=red', 'colour'],
    ['/v1/incidents?q=', 'q'],
    ['/v1/incidents?q=%00', 'q'],
    ['/v1/statistics?by=height', 'by'],
    ['/v1/events?after=-1', 'after'],
    ['/v1/events?after=99999999999999999999', 'after'],
    ['/v1/events?type=%27', 'type'],
    [`/v1/incidents/${randomUUID()}?revision=x`, 'revision'],
    [`/v1/incidents/${randomUUID()}?asOf=2025-02-30T00:00:00Z`, 'asOf'],
    [`/v1/incidents/${randomUUID()}?revision=1&asOf=2025-02-28T00:00:00Z`, 'asOf'],
    [`/v1/incidents/${randomUUID()}/history?cursor=r99999999999`, 'cursor'],
    [`/v1/incidents/${randomUUID()}/diff`, 'from'],
  ])('%s', async (path, parameter) => {
    const answer = await client(running, suite, path.includes('events') ? 'Auditor' : 'Prosecutor').get(path);
    expect([answer.status, answer.at('errors', 0, 'parameter')]).toEqual([400, parameter]);
  });

  test.each([
    ['/v1/incidents?sort=secret', /^must be one of "/],
    ['/v1/incidents?colour=red', /^is not a parameter of this route$/],
    ['/v1/statistics?colour=red', /^is not a parameter of this route$/],
    ['/v1/statistics?asOf=yesterday', /^must be .*(RFC 3339|UTC|instant|time)/i],
    [`/v1/incidents/${randomUUID()}/diff?from=yesterday`, /^must look like 17 or must be /],
    ['/v1/events?after=x', /^must look like 1234$/],
  ])('%s is told in words', async (path, words) => {
    const answer = await client(running, suite, path.includes('events') ? 'Auditor' : 'Prosecutor').get(path);
    expect(answer.at('errors', 0, 'message')).toMatch(words);
  });

  test.each(['', '-1', 'latest', '99999999999999999999', '1, 2'])(
    'Inquest-Position: %s',
    async (position) => {
      const answer = await prosecutor.get('/v1/incidents', { 'inquest-position': position });
      expect([answer.status, answer.at('errors', 0, 'parameter')]).toEqual([400, 'Inquest-Position']);
    },
  );

  test('Last-Event-ID, of a page too, which has no use for it', async () => {
    const answer = await client(running, suite, 'Auditor').get('/v1/events', { 'last-event-id': 'last' });
    expect([answer.status, answer.at('errors', 0, 'parameter')]).toEqual([400, 'Last-Event-ID']);
  });

  test('Accept without anything that can be given', async () => {
    const answer = await prosecutor.get('/v1/incidents', { accept: 'text/csv, application/json;q=0' });
    expect([answer.status, answer.at('code')]).toEqual([406, 'not-acceptable']);
  });
});

describe('a token', () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = { roles: ['Prosecutor'] };
  const unsigned = () =>
    new UnsecuredJWT(claims)
      .setIssuer('http://127.0.0.1/demo')
      .setAudience('inquest')
      .setSubject('p')
      .setIssuedAt()
      .setExpirationTime('1h')
      .encode();
  const shared = () =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer('http://127.0.0.1/demo')
      .setAudience('inquest')
      .setSubject('p')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new Uint8Array(32));
  const tampered = () => {
    const [header, , signature] = (suite.issuer.tokens['Auditor'] ?? '').split('.');
    const payload = {
      iss: 'http://127.0.0.1/demo',
      aud: 'inquest',
      sub: 'p',
      iat: now,
      exp: now + 60,
      ...claims,
    };
    return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
  };

  test.each<[string, () => string | Promise<string>]>([
    ['with alg none', unsigned],
    ['signed with a shared secret', shared],
    ['whose content was changed', tampered],
    ['that is none', () => 'x'],
  ])('%s', async (_, token) => {
    const answer = await client(running, suite, undefined).post('/v1/incidents', examples.RecordIncident, {
      authorization: `Bearer ${await token()}`,
    });
    expect([answer.status, answer.at('code')]).toEqual([401, 'unauthenticated']);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('that has expired, and had been accepted before', async () => {
    const token = await suite.expiringToken('Prosecutor', 1);
    const headers = { authorization: `Bearer ${token}` };
    const nobody = client(running, suite, undefined);
    expect((await nobody.get('/v1/incidents', headers)).status).toBe(200);
    await suite.until(async () => (await nobody.get('/v1/incidents', headers)).status === 401);
    const answer = await nobody.post('/v1/incidents', examples.RecordIncident, headers);
    expect([answer.status, answer.at('detail')]).toEqual([401, 'The token has expired.']);
  });
});

describe('an address', () => {
  test.each(['/v1/nothing', '/v2/incidents', '/', '/v1/incidents/'])('%s is not found', async (path) => {
    const answer = await prosecutor.get(path);
    expect([answer.status, answer.at('code')]).toEqual([404, 'not-found']);
  });

  test.each([
    ['DELETE', '/v1/incidents', 'GET, HEAD, POST'],
    ['PUT', `/v1/incidents/${randomUUID()}`, 'GET, HEAD'],
    ['GET', `/v1/incidents/${randomUUID()}/correct-incident`, 'POST'],
    ['POST', '/livez', 'GET, HEAD'],
    ['OPTIONS', '/v1/incidents', 'GET, HEAD, POST'],
  ])('does not know %s %s', async (method, path, allow) => {
    const answer = await fetch(`${running.url}${path}`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(await answer.json()).toMatchObject({ type: '/problems/method-not-allowed' });
  });

  test.each(['/v1/%', '/v1/incidents/%zz', `/v1/incidents/${'x'.repeat(500)}`])('%s', async (path) => {
    const answer = await prosecutor.get(path);
    expect(answer.at('type')).toMatch(/^\/problems\/(invalid-request|not-found)$/);
  });
});

describe('what is not HTTP', () => {
  async function raw(text: string): Promise<string> {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (data: Buffer) => (answer += data.toString()));
    socket.end(text);
    await once(socket, 'close');
    return answer;
  }

  test.each([
    ['garbage', 'hello\r\n\r\n'],
    ['a broken header', 'GET /livez HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n'],
    ['headers without end', `GET /livez HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`],
    [
      'two lengths',
      'POST /v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
    ],
    [
      'a length beside chunks',
      'POST /v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
  ])('%s is a problem, and the server lives', async (_, text) => {
    const answer = await raw(text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/"type":"\/problems\/invalid-request".*"traceId":"[0-9a-f]{32}"/);
    expect((await client(running, suite, undefined).get('/livez')).status).toBe(200);
  });
});

test('no answer and no log line shows what was sent', async () => {
  const canary = 'canary-5f0c8f1e';
  const answers = [
    await prosecutor.post('/v1/incidents', `{"${canary}`),
    await prosecutor.post('/v1/incidents', { ...examples.RecordIncident, title: { canary } }),
    await prosecutor.get(`/v1/incidents?cursor=${canary}`),
    await prosecutor.get('/v1/incidents', { authorization: `Bearer ${canary}` }),
  ];
  for (const { status, text } of answers) {
    expect(status).toBeLessThan(500);
    expect(text).not.toContain(canary);
  }
  expect(running.log.join('')).not.toContain(canary);
});

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  readFileSync,
} from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Client, client } from '../../../../test/support/api-client.js';
import { examples } from '#domain';

// Content in and out, over HTTP, against a real PostgreSQL and a real folder.

let suite: ApiSuite;
let running: RunningApi;
let custodian: Client;
let auditor: Client;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  custodian = client(running, suite, 'EvidenceCustodian');
  auditor = client(running, suite, 'Auditor');
});
afterAll(() => suite.end());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const blockBytes = 1024 * 1024;

/** An item that was registered with the digest of these bytes. */
async function registered(bytes: Uint8Array, algorithms: readonly ('sha-256' | 'sha-512')[] = ['sha-256']) {
  const digests = algorithms.map((algorithm) => ({
    algorithm,
    value: createHash(algorithm.replace('-', '')).update(bytes).digest('hex'),
  }));
  return custodian.command('/v1/evidence', { ...examples.RegisterEvidence, digests });
}

interface Sent {
  readonly as?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

const tokenOf = (user: string) => `Bearer ${suite.issuer.tokens[user]}`;

function put(
  id: string,
  body: Uint8Array<ArrayBuffer>,
  { as = 'EvidenceCustodian', query = '', headers = {} }: Sent = {},
) {
  return fetch(`${running.url}/v1/evidence/${id}/content${query}`, {
    method: 'PUT',
    headers: { authorization: tokenOf(as), 'content-type': 'application/octet-stream', ...headers },
    body,
  });
}

function get(id: string, { as = 'EvidenceCustodian', query = '', headers = {} }: Sent = {}, method = 'GET') {
  return fetch(`${running.url}/v1/evidence/${id}/content${query}`, {
    method,
    headers: { authorization: tokenOf(as), ...headers },
  });
}

async function held(bytes: Uint8Array<ArrayBuffer>, sent: Sent = {}): Promise<string> {
  const { id } = await registered(bytes);
  const answer = await put(id, bytes, sent);
  expect(answer.status).toBe(200);
  return id;
}

const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const contentFolder = () => join(suite.folder, 'content');
const leftOver = () => readdirSync(join(contentFolder(), 'uploads'));
const fileOf = (bytes: Uint8Array) => {
  const value = sha256(bytes);
  return join(contentFolder(), 'sha-256', value.slice(0, 2), value);
};
const typesOf = async (id: string) => {
  const history = await auditor.get(`/v1/evidence/${id}/history`);
  const { items }: { items: { type: string }[] } = JSON.parse(history.text);
  return items.map(({ type }) => type);
};

test('content that is what was registered is kept, recorded and given back byte for byte', async () => {
  const bytes = randomBytes(2 * blockBytes + 17);
  const { id } = await registered(bytes, ['sha-512', 'sha-256']);
  const stored = await put(id, bytes, { query: '?fileName=' + encodeURIComponent('відео 1.mp4') });
  expect(stored.status).toBe(200);
  expect(stored.headers.get('etag')).toBe('"1"');
  expect(await stored.json()).toMatchObject({ id, revision: 1, eventIds: [expect.any(String)] });

  const item = await custodian.get(`/v1/evidence/${id}`);
  expect(item.at('content')).toMatchObject({
    length: bytes.length,
    digest: { algorithm: 'sha-512' },
    mediaType: 'application/octet-stream',
    fileName: 'відео 1.mp4',
  });

  const given = await get(id);
  expect(given.status).toBe(200);
  expect(Object.fromEntries(given.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="_____ 1.mp4"; filename*=UTF-8''%D0%B2%D1%96%D0%B4%D0%B5%D0%BE%201.mp4`,
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  expect(given.headers.get('repr-digest')).toBe(
    `sha-512=:${createHash('sha512').update(bytes).digest('base64')}:`,
  );
  expect((await bytesOf(given)).equals(bytes)).toBe(true);
  expect(leftOver()).toEqual([]);
});

test('the type is recognised by the bytes, whatever the file is called, and never given out', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const id = await held(png, { query: '?fileName=page.html' });
  expect((await custodian.get(`/v1/evidence/${id}`)).at('content', 'mediaType')).toBe('image/png');
  expect((await get(id)).headers.get('content-type')).toBe('application/octet-stream');
});

test('nothing at all is content too', async () => {
  const id = await held(Buffer.alloc(0));
  const given = await get(id);
  expect([given.status, (await bytesOf(given)).length]).toEqual([200, 0]);
});

describe('a range', () => {
  const bytes = randomBytes(3 * blockBytes);
  let id = '';
  beforeAll(async () => {
    id = await held(bytes);
  });

  test.each([
    ['bytes=0-9', 0, 10],
    [`bytes=${blockBytes - 1}-${blockBytes}`, blockBytes - 1, blockBytes + 1],
    [`bytes=${2 * blockBytes}-`, 2 * blockBytes, 3 * blockBytes],
    ['bytes=-5', 3 * blockBytes - 5, 3 * blockBytes],
  ])('%s is given alone', async (range, start, end) => {
    const given = await get(id, { headers: { range } });
    expect(given.status).toBe(206);
    expect(given.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${bytes.length}`);
    expect((await bytesOf(given)).equals(bytes.subarray(start, end))).toBe(true);
  });

  test('that begins after the end is 416, with the length', async () => {
    const given = await get(id, { headers: { range: `bytes=${bytes.length}-` } });
    expect([given.status, given.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
    expect(await given.json()).toMatchObject({ type: '/problems/range-not-satisfiable' });
  });

  test('continues the same content only', async () => {
    const tag = (await get(id, {}, 'HEAD')).headers.get('etag') ?? '';
    const ask = (ifRange: string) => get(id, { headers: { range: 'bytes=0-9', 'if-range': ifRange } });
    expect((await ask(tag)).status).toBe(206);
    expect((await ask('"another"')).status).toBe(200);
  });

  test('and only its headers are asked for by HEAD, which reads nothing', async () => {
    const before = await running.store.head();
    const given = await get(id, { headers: { range: 'bytes=0-9' } }, 'HEAD');
    expect([given.status, given.headers.get('content-length')]).toEqual([206, '10']);
    expect(await running.store.head()).toBe(before);
  });
});

test('who reads content is on record before it is given, with the purpose', async () => {
  const id = await held(randomBytes(100));
  await bytesOf(await get(id, { query: '?purpose=' + encodeURIComponent('expert opinion 12/2025') }));
  const log = await running.store.readAll((await running.store.head()) - 1n, 1);
  expect(log[0]).toMatchObject({ type: 'ProtectedMaterialRead', stream: `access-${id}` });
  expect(JSON.parse(log[0]?.data ?? '')).toEqual({
    subject: `evidence-${id}`,
    material: 'content',
    purpose: 'expert opinion 12/2025',
    revision: 1,
  });
});

describe('nothing is kept of', () => {
  test('content with another digest; the refusal names the computed one and is on record', async () => {
    const [registeredBytes, others] = [randomBytes(2000), randomBytes(2000)];
    const { id } = await registered(registeredBytes);
    const refused = await put(id, others);
    expect(refused.status).toBe(409);
    const problem = await refused.text();
    expect(problem).toContain('"code":"content-differs"');
    expect(problem).toContain(sha256(others));
    expect(problem).toContain(sha256(registeredBytes));
    expect(leftOver()).toEqual([]);
    expect(await typesOf(id)).toEqual(['EvidenceRegistered']);
    const [kept] = await running.store.readAll((await running.store.head()) - 1n, 1);
    expect(kept).toMatchObject({ stream: `refusal-${id}`, type: 'SensitiveCommandRefused' });
  });

  test('an upload whose sender goes away at 99 %, which then begins again', async () => {
    const bytes = randomBytes(2 * blockBytes);
    const { id } = await registered(bytes);
    const upload = httpRequest(`${running.url}/v1/evidence/${id}/content`, {
      method: 'PUT',
      headers: {
        authorization: tokenOf('EvidenceCustodian'),
        'content-type': 'application/octet-stream',
        'content-length': bytes.length,
      },
    });
    upload.on('error', () => undefined);
    upload.write(bytes.subarray(0, Math.floor(bytes.length * 0.99)));
    await suite.until(async () => leftOver().length === 1);
    upload.destroy();
    await suite.until(async () => leftOver().length === 0 && running.inFlight().transfers === 0);
    expect(await typesOf(id)).toEqual(['EvidenceRegistered']);
    expect((await put(id, bytes)).status).toBe(200);
  });

  test('an upload whose sender falls silent, and who is told', async () => {
    const impatient = await suite.start({ projects: false, bounds: { requestTimeoutMs: 200 } });
    const { id } = await registered(randomBytes(5000));
    const socket = connect(Number(new URL(impatient.url).port), '127.0.0.1');
    socket.write(
      `PUT /v1/evidence/${id}/content HTTP/1.1\r\nHost: x\r\nAuthorization: ${tokenOf('EvidenceCustodian')}\r\n` +
        'Content-Type: application/octet-stream\r\nContent-Length: 5000\r\n\r\nonly so much',
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 .*"type":"\/problems\/request-timeout"/s);
    expect(leftOver()).toEqual([]);
  });
});

test.each([
  ['without its length', { 'transfer-encoding': 'chunked' }, 400],
  ['as JSON', { 'content-type': 'application/json', 'content-length': '2' }, 415],
  ['as another type', { 'content-type': 'video/mp4', 'content-length': '2' }, 415],
  ['compressed', { 'content-encoding': 'gzip', 'content-length': '2' }, 415],
])('content is not taken %s', async (_, headers, status) => {
  const { id } = await registered(Buffer.from('ab'));
  const upload = httpRequest(`${running.url}/v1/evidence/${id}/content`, {
    method: 'PUT',
    headers: {
      authorization: tokenOf('EvidenceCustodian'),
      'content-type': 'application/octet-stream',
      ...headers,
    },
  });
  upload.end('ab');
  const [answer] = await once(upload, 'response');
  expect([answer.statusCode, await text(answer)]).toEqual([
    status,
    expect.stringContaining('"type":"/problems/'),
  ]);
});

test.each([
  ['a path', '../../etc/passwd'],
  ['a Windows path', 'C:\\evidence.txt'],
  ['a control character', 'a\nb'],
  ['NUL', 'a\0b'],
  ['a mark that turns the writing around', 'evidence\u202Efdp.exe'],
  ['an isolate', 'a\u2067b'],
  ['a zero width space', 'a\u200Bb'],
  ['a dot', '.'],
  ['two dots', '..'],
  ['nothing', ''],
  ['more than a file system takes', 'ж'.repeat(200)],
])('a file name with %s is refused before anything is sent', async (_, name) => {
  const { id } = await registered(randomBytes(10));
  const answer = await put(id, randomBytes(10), { query: `?fileName=${encodeURIComponent(name)}` });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ parameter: 'fileName' }] });
});

test.each([
  ['in capitals', { algorithm: 'sha-256', value: 'A'.repeat(64) }],
  ['of a broken algorithm', { algorithm: 'md5', value: 'a'.repeat(32) }],
  ['of another length than its algorithm makes', { algorithm: 'sha-512', value: 'a'.repeat(64) }],
])('a digest %s is not registered', async (_, digest) => {
  const asked = { ...examples.RegisterEvidence, digests: [digest] };
  const answer = await custodian.post('/v1/evidence', asked);
  expect([answer.status, answer.at('errors', 0, 'pointer')]).toEqual([
    400,
    expect.stringMatching(/^\/digests\/0/),
  ]);
});

test('who asks first whether to send is not asked for bytes that would be refused', async () => {
  const asked = async (id: string) => {
    const upload = httpRequest(`${running.url}/v1/evidence/${id}/content`, {
      method: 'PUT',
      headers: {
        authorization: tokenOf('EvidenceCustodian'),
        'content-type': 'application/octet-stream',
        'content-length': 3,
        expect: '100-continue',
      },
    });
    let isAskedFor = false;
    upload.on('continue', () => {
      isAskedFor = true;
      upload.end('abc');
    });
    upload.flushHeaders();
    const [answer] = await once(upload, 'response');
    upload.destroy();
    return [isAskedFor, answer.statusCode];
  };
  const { id } = await registered(Buffer.from('abc'));
  expect(await asked('5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11')).toEqual([false, 404]);
  expect(await asked(id)).toEqual([true, 200]);
});

test('the same upload again changes nothing, and with the same key gets the first answer', async () => {
  const bytes = randomBytes(1000);
  const { id } = await registered(bytes);
  const headers = { 'idempotency-key': 'upload-1' };
  const first: unknown = await (await put(id, bytes, { headers })).json();
  const replayed = await put(id, bytes, { headers });
  expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  expect(await replayed.json()).toEqual(first);
  expect(await (await put(id, bytes)).json()).toMatchObject({ revision: 1, eventIds: [] });
});

test('one content of two items is uploaded twice at once and kept once', async () => {
  const bytes = randomBytes(3 * blockBytes);
  const [one, other] = await Promise.all([registered(bytes), registered(bytes)]);
  const answers = await Promise.all([put(one.id, bytes), put(other.id, bytes), put(one.id, bytes)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await bytesOf(await get(other.id))).equals(bytes)).toBe(true);
  expect(leftOver()).toEqual([]);
});

describe('content that is not what was stored', () => {
  const damaged = (bytes: Uint8Array, at: number) => {
    const file = fileOf(bytes);
    const changed = readFileSync(file);
    changed[at] = (changed[at] ?? 0) ^ 1;
    chmodSync(file, 0o600);
    writeFileSync(file, changed);
  };
  const quarantined = (id: string) =>
    suite.until(async () => (await typesOf(id)).includes('IntegrityBreachDetected'));

  test('is not given at all where its first bytes are wrong, and is in quarantine', async () => {
    const bytes = randomBytes(5000);
    const id = await held(bytes);
    damaged(bytes, 17);
    const refused = await get(id);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'evidence-quarantined' });
    expect(await typesOf(id)).toContain('IntegrityBreachDetected');
    expect((await get(id)).status).toBe(409);
  });

  test('is cut off where later bytes are wrong: what was sent is right, and is not all', async () => {
    const bytes = randomBytes(4 * blockBytes);
    const id = await held(bytes);
    damaged(bytes, 3 * blockBytes + 5);
    const given = await get(id);
    expect(given.status).toBe(200);
    const received: Uint8Array[] = [];
    const read = async () => {
      for await (const chunk of given.body ?? []) received.push(chunk);
    };
    await expect(read()).rejects.toThrow('terminated');
    const sent = Buffer.concat(received);
    expect(sent.length).toBeLessThanOrEqual(3 * blockBytes);
    expect(sent.equals(bytes.subarray(0, sent.length))).toBe(true);
    await quarantined(id);
  });

  test('may be a link to the right bytes, or nothing', async () => {
    const [linked, missing] = [randomBytes(100), randomBytes(100)];
    const [one, other] = [await held(linked), await held(missing)];
    renameSync(fileOf(linked), `${fileOf(linked)}.elsewhere`);
    symlinkSync(`${fileOf(linked)}.elsewhere`, fileOf(linked));
    rmSync(fileOf(missing));
    expect((await get(one)).status).toBe(409);
    expect((await get(other)).status).toBe(409);
  });

  test('is uploaded again, and given again once two people have resolved the quarantine', async () => {
    const bytes = randomBytes(3000);
    const id = await held(bytes);
    damaged(bytes, 5);
    expect((await get(id)).status).toBe(409);
    expect((await put(id, bytes)).status).toBe(200);
    expect((await get(id)).status).toBe(409);
    const asked = { outcome: 'restored', reason: 'Uploaded again from the original carrier.' };
    await custodian.command(`/v1/evidence/${id}/request-quarantine-resolution`, asked);
    const item = await custodian.get(`/v1/evidence/${id}`);
    const requests: Record<string, { digest: string }> = JSON.parse(item.text).requests.resolutions;
    const [[requestId, { digest }] = ['', { digest: '' }]] = Object.entries(requests);
    const second = client(running, suite, 'EvidenceCustodian2');
    await second.command(`/v1/evidence/${id}/approve-quarantine-resolution`, { requestId, digest });
    expect((await bytesOf(await get(id))).equals(bytes)).toBe(true);
    expect(readdirSync(join(contentFolder(), 'damaged')).join()).toContain(sha256(bytes));
  });
});

test.each([
  ['ServiceConsumer', 403],
  ['IntakeOfficer', 403],
])('%s reads and writes no content', async (user, status) => {
  const id = await held(randomBytes(10));
  expect((await get(id, { as: user })).status).toBe(status);
  expect((await put(id, randomBytes(10), { as: user })).status).toBe(status);
});

test('what is not there, and what holds nothing, has no content', async () => {
  const { id } = await registered(randomBytes(10));
  expect((await get(id)).status).toBe(409);
  expect((await get('5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11')).status).toBe(404);
  expect((await get('not-an-id')).status).toBe(404);
  expect((await get(id, { query: '?copyId=5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11' })).status).toBe(409);
});

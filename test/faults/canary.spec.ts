import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { examples, ownInstitution } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../support/api.js';
import { type ApiProcess, type ApiProcesses, apiProcesses } from '../support/api-process.js';
import { describeWith } from '../support/available.js';
import { ByteSearch, type Hit } from '../support/byte-search.js';
import { atOnce } from '../support/at-once.js';
import { abortedRequest, addressesWith, canaryTexts, mistakesWith, person } from '../support/canary.js';
import { erase } from '../support/erasure.js';
import { asOwner, rowsOfEveryTable } from '../support/event-store-database.js';
import { type PrivatePostgres, privatePostgres } from '../support/private-postgres.js';
import { memoryOf, readableMemory } from '../support/process-memory.js';

// What may be known of a witness by nobody is put in, by every way that it can take, right and wrong. Then everything that is
// kept, logged or answered is searched for it, byte by byte. Each search has to find a control text where it looks.

const witnessesMax = 100;
const mistakenMax = 12;
const workers = 8;
const texts = canaryTexts();
const control = `control ${randomUUID()}`;

let server: PrivatePostgres;
let suite: ApiSuite;
let writer: RunningApi;
let processes: ApiProcesses;
/** Knows nothing but what is stored: it never seals, nor opens, anything. */
let reader: ApiProcess;
const answers: string[] = [];
let pseudonym: string;
let keyId: string;
/** Of an answer that was 503, which the log tells more of. */
let troubledTrace: string;

interface Sent {
  readonly as?: string | undefined;
  readonly method?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers in clear are not kept, because clear is what they have to be. */
  readonly isUnsealing?: boolean;
}

/** Asks, and keeps the answer with its headers. */
async function ask(status: number, path: string, sent: Sent = {}, url = writer.url): Promise<string> {
  const { as = 'WitnessProtectionOfficer', headers = {}, isUnsealing = false, method, body } = sent;
  const isAnonymous = 'as' in sent && sent.as === undefined;
  const response = await fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(isAnonymous ? {} : { authorization: `Bearer ${suite.issuer.tokens[as]}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (response.status !== status) throw new Error(`${path}: ${response.status} and not ${status}: ${text}`);
  if (!isUnsealing) answers.push(JSON.stringify([...response.headers]), text);
  return text;
}

const idIn = (text: string): string => (JSON.parse(text) as { id: string }).id;
const register = async (n: number) =>
  idIn(await ask(201, '/v1/witnesses', { body: JSON.stringify(person(texts, n)), as: 'Prosecutor' }));

beforeAll(async () => {
  server = await privatePostgres();
  suite = await apiSuite(server.ownerUrl);
  processes = await apiProcesses(suite);
  reader = processes.start({ INQUEST_LOG_LEVEL: 'debug' });
  writer = await suite.start();
  await reader.url;
  const ids = await atOnce(workers, witnessesMax, register);
  await atOnce(workers, witnessesMax, async (n) => work(ids[n] ?? '', n));
  await keepContent();
  await planInterview(ids[1] ?? '');
  await withoutMasterKey(ids[1] ?? '');
  await abortedRequest(writer.url, suite.issuer.tokens['Prosecutor'] ?? '', texts);
  const position = String(await writer.store.head());
  for (const url of [writer.url, await reader.url]) await readEverything(ids, url, position);
  await asOwner(suite.ownerUrl, (owner) => owner.query('checkpoint'));
}, 120_000);
afterAll(async () => {
  await processes.end();
  await suite.end();
  await server.stop();
});

/** One witness's life, and with some of them everything that can go wrong. */
async function work(id: string, n: number): Promise<void> {
  const path = `/v1/witnesses/${id}`;
  const revision = JSON.stringify({ ...person(texts, n + 1000), reason: 'A document was shown' });
  await ask(200, `${path}/revise-identity`, { body: revision });
  if (n % 3 === 0) {
    const purpose = JSON.stringify({ purpose: 'To warn' });
    const clear = await ask(200, `${path}/unseal`, { body: purpose, isUnsealing: true });
    for (const text of texts) expect(clear).toContain(text);
  }
  if (n < mistakenMax) {
    for (const { path: to, status, ...sent } of mistakesWith(texts, n, id)) await ask(status, to, sent);
    for (const text of texts) for (const [address, status] of addressesWith(text)) await ask(status, address);
  }
  if (n % 10 === 0) await erase(writer, suite, id);
}

/** Content of evidence, which holds the control text. */
async function keepContent(): Promise<void> {
  const bytes = Buffer.from(control);
  const digests = [{ algorithm: 'sha-256', value: createHash('sha256').update(bytes).digest('hex') }];
  const as = 'EvidenceCustodian';
  const body = JSON.stringify({ ...examples.RegisterEvidence, digests });
  const id = idIn(await ask(201, '/v1/evidence', { body, as }));
  const headers = { 'content-type': 'application/octet-stream' };
  await ask(200, `/v1/evidence/${id}/content`, { method: 'PUT', body: bytes, as, headers });
}

async function planInterview(id: string): Promise<void> {
  const as = 'Prosecutor';
  const post = (path: string, body: object, status = 200) =>
    ask(status, path, { body: JSON.stringify(body), as });
  const caseId = idIn(await post('/v1/investigations', examples.OpenInvestigation, 201));
  const consent = { recipient: ownInstitution, purpose: 'interview', scope: ['statement'] };
  await post(`/v1/witnesses/${id}/give-consent`, consent);
  await post(`/v1/witnesses/${id}/plan-interview`, {
    investigationId: caseId,
    capacity: 'witness',
    plannedFor: '2099-01-01',
    interviewerIds: [randomUUID()],
    priorAccountsReviewed: [],
    purpose: 'What was seen',
  });
  await handOn(caseId, id);
  const seen = { 'inquest-position': String(await writer.store.head()) };
  await ask(200, `/v1/investigations/${caseId}/timeline`, { as, headers: seen });
}

/** The case goes to another forum, with what the witness said; the package is an answer like any other. */
async function handOn(investigationId: string, witnessId: string): Promise<void> {
  const as = 'Prosecutor';
  const post = (path: string, body: object, status = 200, by = as) =>
    ask(status, path, { body: JSON.stringify(body), as: by });
  const consent = { recipient: 'Regional Chamber', purpose: 'sharing', scope: ['statement'] };
  await post(`/v1/witnesses/${witnessId}/give-consent`, consent);
  await post(`/v1/witnesses/${witnessId}/record-interview`, {
    investigationId,
    capacity: 'witness',
    at: '2025-03-09',
    language: 'en',
    interviewerIds: [randomUUID()],
    rightsCaution: { given: true },
    counsel: { present: false, waived: true },
  });
  const { recipient } = consent;
  const manifest = { evidence: [], witnesses: [witnessId], incidents: [], allegations: [] };
  const asked = { investigationId, recipient, legalBasis: 'Agreement, article 7', ...manifest };
  const path = `/v1/referrals/${idIn(await post('/v1/referrals', asked, 201))}`;
  const draft = JSON.parse(await ask(200, path, { as })) as { manifestHash: string };
  await post(`${path}/approve-referral`, { digest: draft.manifestHash }, 200, 'SupervisingProsecutor');
  await post(`${path}/transmit-referral`, { channel: 'courier' });
  expect(await ask(200, `${path}/package`, { as })).toContain(`events/witness-${witnessId}.ndjson`);
}

/** Errors of sealing and opening have causes, and causes are logged. */
async function withoutMasterKey(id: string): Promise<void> {
  const file = join(suite.folder, 'keys', 'master.key');
  renameSync(file, `${file}.away`);
  const body = JSON.stringify(person(texts, 1));
  const refused = await ask(503, '/v1/witnesses', { body });
  await ask(503, `/v1/witnesses/${id}/unseal`, { body: JSON.stringify({ purpose: 'To warn' }) });
  renameSync(`${file}.away`, file);
  troubledTrace = (JSON.parse(refused) as { traceId: string }).traceId;
}

/** Every way of reading, but unsealing. */
async function readEverything(ids: readonly string[], url: string, position: string): Promise<void> {
  const read = (path: string, sent: Sent = {}) => ask(200, path, sent, url);
  for (const id of ids.slice(0, 20)) {
    const path = `/v1/witnesses/${id}`;
    const all = [path, `${path}?revision=0`, `${path}/history`, `${path}/diff?from=0`];
    for (const one of all) await read(one);
  }
  const headers = { 'inquest-position': position };
  await read('/v1/witnesses?limit=200', { headers });
  for (let after: string | null = '0'; after !== null;) {
    const page = await read(`/v1/events?limit=200&after=${after}`, { as: 'Auditor' });
    after = (JSON.parse(page) as { next: string | null }).next;
  }
  for (const path of ['/openapi.json', '/problems', '/metrics', '/readyz', '/livez'])
    await read(path, { as: undefined });
  const shown = await read(`/v1/witnesses/${ids[1]}`);
  ({ pseudonym } = JSON.parse(shown) as { pseudonym: string });
  const file = join(suite.folder, 'keys', 'subjects', `${ids[1]}.json`);
  ({ keyId } = JSON.parse(readFileSync(file, 'utf8')) as { keyId: string });
  expect(existsSync(file.replace(`${ids[1]}.json`, `${ids[0]}.erased`))).toBe(true);
}

/** Looks for the canaries and a control text; only the latter may be there, and has to be. Gives where. */
async function expectOnly(
  controlText: string,
  look: (search: ByteSearch) => Promise<unknown>,
): Promise<readonly Hit[]> {
  const search = new ByteSearch([...texts, controlText]);
  await look(search);
  expect(search.hits.filter(({ text }) => text !== controlText)).toEqual([]);
  const found = search.hitsOf(controlText);
  expect(found.length).toBeGreaterThan(0);
  return found;
}

describe('what is sealed is not found', () => {
  test(
    'in any file of the database: tables, write-ahead log, its own log',
    () => expectOnly(pseudonym, (search) => search.folder(server.dataDir)),
    60_000,
  );

  test('in any row, however PostgreSQL compresses it', async () => {
    await expectOnly(pseudonym, async (search) => {
      for (const { table, rows } of await rowsOfEveryTable(suite.ownerUrl)) search.text(table, rows);
    });
  });

  test('in the content store', async () => {
    await expectOnly(control, (search) => search.folder(join(suite.folder, 'content')));
  });

  test('among the keys', async () => {
    await expectOnly(keyId, (search) => search.folder(join(suite.folder, 'keys')));
  });

  test('in the log, at its most talkative', async () => {
    await expectOnly(troubledTrace, async (search) => {
      expect(reader.log.length).toBeGreaterThan(0);
      search.text('log', [...writer.log, ...reader.log].join('\n'));
    });
  });

  test('in any answer but that of unsealing, nor in the headers of one', async () => {
    await expectOnly(pseudonym, async (search) => {
      expect(answers.length).toBeGreaterThan(1000);
      search.text('answers', answers.join('\n'));
    });
  });
});

describeWith(readableMemory(), 'what is sealed is not found in memory', () => {
  test(
    'of a process that serves whoever may read everything else',
    () => expectOnly(pseudonym, (search) => search.stream('memory', memoryOf(reader.process.pid ?? 0))),
    60_000,
  );
});

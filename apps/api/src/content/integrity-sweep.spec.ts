import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ContentStore, ContentStoreUnavailable, localContentStore } from '#content-store';
import { examples } from '#domain';
import { createLogger, createMetrics } from '#telemetry';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { type Client, client } from '../../../../test/support/api-client.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { type IntegritySweepOptions, startIntegritySweep } from './integrity-sweep.js';
import { startLeftoverSweep } from './leftover-sweep.js';
import type { Background } from './rounds.js';

// The sweep beside a real API, on its PostgreSQL and its folder, without anybody asking for a check.

let suite: ApiSuite;
let running: RunningApi;
let custodian: Client;
let contentStore: ContentStore;
const sweeps: Background[] = [];
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  custodian = client(running, suite, 'EvidenceCustodian');
  contentStore = await localContentStore(contentFolder());
});
afterEach(() => Promise.all(sweeps.splice(0).map((sweep) => sweep.stop())));
afterAll(() => suite.end());

const contentFolder = () => join(suite.folder, 'content');
const hashKey = randomBytes(32);
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const digestsOf = (bytes: Uint8Array) => [{ algorithm: 'sha-256', value: digestOf(bytes) }];

async function put(id: string, bytes: Uint8Array<ArrayBuffer>, query = ''): Promise<void> {
  const answer = await fetch(`${running.url}/v1/evidence/${id}/content${query}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${suite.issuer.tokens.EvidenceCustodian}`,
      'content-type': 'application/octet-stream',
    },
    body: bytes,
  });
  expect(answer.status).toBe(200);
}

/** An item with this content, once the register shows it. */
async function held(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { id } = await custodian.command('/v1/evidence', {
    ...examples.RegisterEvidence,
    digests: digestsOf(bytes),
  });
  await put(id, bytes);
  await registerKnowsAll();
  return id;
}

const registerKnowsAll = async () =>
  running.readModels.waitFor(['evidence_register'], await running.store.head(), 10_000);

function damage(bytes: Uint8Array): void {
  const value = digestOf(bytes);
  const file = join(contentFolder(), 'sha-256', value.slice(0, 2), value);
  chmodSync(file, 0o600);
  writeFileSync(file, Buffer.concat([bytes.subarray(1), Buffer.of(0)]));
}

function begin(given: Partial<IntegritySweepOptions> = {}) {
  const log: string[] = [];
  const metrics = given.metrics ?? createMetrics();
  const sweep = startIntegritySweep({
    store: running.store,
    readModels: running.readModels,
    contentStore,
    hashKey,
    logger: createLogger({ level: 'info', destination: { write: (line) => void log.push(line) } }),
    days: 30,
    bytesPerSecondMax: 2 ** 30,
    waits: { firstAfterMs: 0, restMs: 10 },
    ...given,
    metrics,
  });
  sweeps.push(sweep);
  return { stop: () => sweep.stop(), log };
}

interface Checked {
  readonly type: string;
  readonly actor: { readonly subject: string };
  readonly data: { readonly copyId?: string; readonly by: string };
}

/** What was recorded of checks, the oldest first. */
async function checksOf(id: string): Promise<readonly Checked[]> {
  const history = await client(running, suite, 'Auditor').get(`/v1/evidence/${id}/history`);
  const { items }: { items: readonly Checked[] } = JSON.parse(history.text);
  return items.filter(({ type }) => /^Integrity/.test(type));
}

const isChecked = (id: string) => async () => (await checksOf(id)).length > 0;

/** The store, and how often each digest was asked for; `before` is called first and may throw. */
function watched(before: (digest: string) => void = () => undefined) {
  const asked: string[] = [];
  const store: Pick<ContentStore, 'check'> = {
    check: async (ref, options) => {
      asked.push(ref.digest.value);
      before(ref.digest.value);
      return contentStore.check(ref, options);
    },
  };
  return { store, asked };
}

test('content that was changed on the disk is found and quarantined without anybody asking', async () => {
  const [intact, changed] = [randomBytes(3000), randomBytes(3000)];
  const ids = { intact: await held(intact), changed: await held(changed) };
  damage(changed);
  const metrics = createMetrics();
  const { log } = begin({ metrics });
  await waitFor('both checks', async () => (await isChecked(ids.intact)()) && isChecked(ids.changed)());
  expect(await checksOf(ids.intact)).toMatchObject([
    { type: 'IntegrityChecked', actor: { subject: 'inquest', roles: [] }, data: { by: 'check' } },
  ]);
  expect(await checksOf(ids.changed)).toMatchObject([{ type: 'IntegrityBreachDetected' }]);
  const refused = await custodian.get(`/v1/evidence/${ids.changed}/content`);
  expect([refused.status, refused.at('code')]).toEqual([409, 'evidence-quarantined']);
  await waitFor('the metrics', async () =>
    (await metrics.text()).includes('inquest_integrity_checked_items_total 2'),
  );
  const text = await metrics.text();
  expect(text).toContain('inquest_integrity_checked_bytes_total 6000');
  expect(text).toContain('inquest_integrity_breaches_total 1');
  expect(log.join()).toContain(`evidence-${ids.changed}`);
});

test('a working copy is looked at as the item is', async () => {
  const [original, copy] = [randomBytes(100), randomBytes(200)];
  const id = await held(original);
  const { operatorId, derivedAt, purpose, tool, parameters } = derived;
  await custodian.command(`/v1/evidence/${id}/derive-working-copy`, {
    ...{ operatorId, derivedAt, purpose, tool, parameters },
    digests: digestsOf(copy),
  });
  const [copyId = ''] = Object.keys(
    JSON.parse((await custodian.get(`/v1/evidence/${id}`)).text).copies as object,
  );
  await put(id, copy, `?copyId=${copyId}`);
  await registerKnowsAll();
  begin();
  await waitFor('two checks', async () => (await checksOf(id)).length === 2);
  expect((await checksOf(id)).map(({ data }) => data.copyId)).toEqual([undefined, copyId]);
});

const derived = {
  operatorId: '5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11',
  derivedAt: '2025-03-02T10:00:00Z',
  purpose: 'analysis',
  tool: 'ffmpeg',
  parameters: '-c copy',
};

test('stopped in the middle it leaves off at once, and goes on with what was not looked at', async () => {
  const all = [randomBytes(3_000_000), randomBytes(10), randomBytes(20)];
  const ids: string[] = [];
  for (const bytes of all) ids.push(await held(bytes));
  const slow = new AbortController();
  const first = watched(() => slow.abort());
  // At a byte per second the first of them would take weeks.
  const { stop } = begin({ contentStore: first.store, bytesPerSecondMax: 1 });
  if (!slow.signal.aborted) await once(slow.signal, 'abort');
  await stop();
  for (const id of ids) expect(await checksOf(id)).toEqual([]);
  begin();
  for (const id of ids) await waitFor('a check', isChecked(id));
  for (const id of ids) expect(await checksOf(id)).toHaveLength(1);
});

test('two sweeps at once record one check of each item', async () => {
  const ids: string[] = [];
  for (let item = 0; item < 5; item += 1) ids.push(await held(randomBytes(1000)));
  const one = watched();
  const other = watched();
  begin({ contentStore: one.store });
  begin({ contentStore: other.store });
  for (const id of ids) await waitFor('a check', isChecked(id));
  await Promise.all(sweeps.splice(0).map((sweep) => sweep.stop()));
  for (const id of ids) expect(await checksOf(id)).toHaveLength(1);
  expect(one.asked.length + other.asked.length).toBeGreaterThanOrEqual(ids.length);
});

test('what was checked lately is left alone, and after so many days looked at again', async () => {
  const bytes = randomBytes(500);
  const id = await held(bytes);
  const { stop } = begin();
  await waitFor('a check', isChecked(id));
  await stop();
  await registerKnowsAll();
  const { store, asked } = watched();
  const again = begin({ contentStore: store });
  const later = await held(randomBytes(501));
  await waitFor('a check of what came later', isChecked(later));
  await again.stop();
  expect(asked).not.toContain(digestOf(bytes));
  await registerKnowsAll();
  begin({ now: () => new Date(Date.now() + 31 * 24 * 60 * 60 * 1000) });
  await waitFor('a second check', async () => (await checksOf(id)).length === 2);
});

test('with no days it never looks', async () => {
  const bytes = randomBytes(600);
  const id = await held(bytes);
  const { store, asked } = watched();
  begin({ days: 0, contentStore: store });
  begin();
  await waitFor('a check by the other', isChecked(id));
  expect(asked).toEqual([]);
});

test('an item that cannot be checked keeps no other from it, and is not tried over and over', async () => {
  const [bad, good] = [randomBytes(700), randomBytes(701)];
  const ids = { bad: await held(bad), good: await held(good) };
  const { store, asked } = watched((digest) => {
    if (digest === digestOf(bad)) throw new ContentStoreUnavailable('a broken disk (EIO)');
  });
  const { log } = begin({ contentStore: store });
  await waitFor('the good one', isChecked(ids.good));
  const later = await held(randomBytes(702));
  await waitFor('a later one', isChecked(later));
  expect(asked.filter((digest) => digest === digestOf(bad))).toHaveLength(1);
  expect(log.join()).toContain(`evidence-${ids.bad}`);
});

test('a store that fails altogether ends a round, and what could be read after all is checked', async () => {
  const ids: string[] = [];
  for (let item = 0; item < 5; item += 1) ids.push(await held(randomBytes(800 + item)));
  let isAway = true;
  const away = {
    evidence: (...asked: Parameters<typeof running.readModels.queries.evidence>) =>
      isAway
        ? Promise.reject(new Error('PostgreSQL is away'))
        : running.readModels.queries.evidence(...asked),
  };
  const { log } = begin({ readModels: { queries: away } });
  await waitFor('a round that failed', () => log.some((line) => line.includes('PostgreSQL is away')));
  isAway = false;
  for (const id of ids) await waitFor('a check', isChecked(id));
});

test('what interrupted uploads left a day ago is removed', async () => {
  const uploads = join(contentFolder(), 'uploads');
  const [old, young] = [join(uploads, 'old'), join(uploads, 'young')];
  writeFileSync(old, 'rubbish');
  writeFileSync(young, 'under way');
  const yesterday = Date.now() / 1000 - 25 * 60 * 60;
  utimesSync(old, yesterday, yesterday);
  const log: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => void log.push(line) } });
  sweeps.push(startLeftoverSweep({ contentStore, logger }, { firstAfterMs: 0, restMs: 10 }));
  await waitFor('the old one to go', () => !readdirSync(uploads).includes('old'));
  expect(readdirSync(uploads)).toEqual(['young']);
  await waitFor('the log', () => log.some((line) => line.includes('"removed":1,"bytes":7')));
});

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client } from '../../../../test/support/api-client.js';
import { type PrivatePostgres, privatePostgres } from '../../../../test/support/postgres.js';

const askedMax = 2_000;

let server: PrivatePostgres;
let suite: ApiSuite;
let running: RunningApi;
beforeAll(async () => {
  server = await privatePostgres();
  suite = await apiSuite(server.ownerUrl);
  running = await suite.start();
});
afterAll(async () => {
  await suite.end();
  await server.stop();
});

async function disturbances(): Promise<number> {
  const { text } = await client(running, suite, undefined).get('/metrics');
  return Number(/inquest_store_disturbances_total (\d+)/.exec(text)?.[1]);
}

test('while PostgreSQL is gone everything says so, and afterwards goes on by itself', async () => {
  const prosecutor = client(running, suite, 'Prosecutor');
  const nobody = client(running, suite, undefined);
  const { id, position } = await prosecutor.command('/v1/allegations', examples.FileAllegation);
  await server.kill9();

  const key = { 'idempotency-key': randomUUID() };
  const command = await prosecutor.post('/v1/allegations', examples.FileAllegation, key);
  expect([command.status, command.at('code')]).toEqual([503, 'unavailable']);
  expect(command.headers.has('retry-after')).toBe(true);
  expect(['no', 'unknown']).toContain(command.at('tookEffect'));
  for (const path of [`/v1/allegations/${id}`, `/v1/allegations/${id}/history`, '/v1/allegations']) {
    const query = await prosecutor.get(path);
    expect([path, query.status, query.at('code')]).toEqual([path, 503, 'unavailable']);
  }
  expect((await client(running, suite, 'Auditor').get('/v1/events')).status).toBe(503);
  expect((await nobody.get('/livez')).status).toBe(200);
  expect((await nobody.get('/readyz')).status).toBe(503);
  expect((await nobody.get('/metrics')).text).toContain('inquest_projections_known 0');

  await server.restart();
  await suite.until(async () => (await nobody.get('/readyz')).status === 200);
  const again = await prosecutor.command('/v1/allegations', examples.FileAllegation, key);
  const once = await prosecutor.command('/v1/allegations', examples.FileAllegation, key);
  expect(again).toEqual(once);
  expect((await prosecutor.get(`/v1/allegations/${id}`)).at('position')).toBe(position);
});

test('killed under load, it loses no acknowledged command, and a key resolves every other to one', async () => {
  const prosecutor = client(running, suite, 'Prosecutor');
  const before = await running.store.head();
  const disturbed = await disturbances();
  const keys = new Map<string, string | undefined>();
  let outage: Promise<void> | undefined;
  const restarted = new AbortController();
  const unknownWithoutKey: string[] = [];
  const worker = async (): Promise<void> => {
    for (let asked = 0; asked < askedMax && !restarted.signal.aborted; asked += 1) {
      const key = randomUUID();
      const answer = await prosecutor.post('/v1/allegations', examples.FileAllegation, {
        'idempotency-key': key,
      });
      keys.set(key, answer.status === 201 ? answer.text : undefined);
      if (answer.at('tookEffect') === 'unknown' && answer.at('idempotencyKey') !== key)
        unknownWithoutKey.push(answer.text);
      if (keys.size > 300) outage ??= killAndRestart();
      if (answer.status !== 201) await delay(10);
    }
  };
  const killAndRestart = async (): Promise<void> => {
    await server.kill9();
    await server.restart();
    restarted.abort();
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  await outage;
  await suite.until(async () => (await client(running, suite, undefined).get('/readyz')).status === 200);

  expect(unknownWithoutKey).toEqual([]);
  // The store waits out a short outage, so that possibly nobody saw an error: it must have met one.
  expect(await disturbances()).toBeGreaterThan(disturbed);
  for (const [key, text] of keys) {
    const again = await prosecutor.post('/v1/allegations', examples.FileAllegation, {
      'idempotency-key': key,
    });
    expect(again.status).toBe(201);
    if (text !== undefined && again.text !== text) throw new Error(`${key} was answered otherwise before`);
  }
  expect((await running.store.head()) - before).toBe(BigInt(keys.size));
});

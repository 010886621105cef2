import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client } from '../../../../test/support/api-client.js';
import { postgresProxy } from '../../../../test/support/postgres-proxy.js';
import { asOwner } from '../../../../test/support/event-store-database.js';

let suite: ApiSuite;
beforeAll(async () => {
  suite = await apiSuite();
});
afterAll(() => suite.end());

const nobody = (running: RunningApi) => client(running, suite, undefined);

test('a process whose views have parked events is not ready, and names the views', async () => {
  const running = await suite.start();
  const { id, position } = await client(running, suite, 'Prosecutor').command(
    '/v1/allegations',
    examples.FileAllegation,
  );
  await running.readModels.waitFor(['allegation_inbox'], BigInt(position), 10_000);
  await asOwner(suite.url, async (connection) => {
    await connection.query(
      `INSERT INTO projections.parked (projection, position, stream, revision, event_id, type, fault)
       VALUES ('allegation_inbox', $1, $2, 0, $3, 'AllegationFiled', 'planted')`,
      [position, `allegation-${id}`, id],
    );
    await connection.query(`UPDATE projections.checkpoints SET parked = 1 WHERE name = 'allegation_inbox'`);
  });
  const ready = await nobody(running).get('/readyz');
  expect([ready.status, ready.at('checks', 'projections')]).toEqual([
    503,
    'not in order: allegation_inbox; `inquest projections list` says why',
  ]);
  expect((await nobody(running).get('/metrics')).text).toMatch(
    /inquest_projection_parked\w*\{projection="allegation_inbox"\} 1/,
  );
  await running.readModels.retry('allegation_inbox');
  await suite.until(async () => (await nobody(running).get('/readyz')).status === 200);
});

test('while PostgreSQL takes connections and says nothing, lists answer in time, and afterwards go on by themselves', async () => {
  const proxy = await postgresProxy(suite.url);
  const readBounds = { connectTimeoutMs: 1_000, answerTimeoutMs: 500 };
  const running = await suite.start({ url: proxy.url, readBounds });
  const prosecutor = client(running, suite, 'Prosecutor');
  const lists = ['allegations', 'incidents', 'investigations', 'evidence', 'statistics'];
  const statuses = async () =>
    Promise.all(lists.map(async (list) => (await prosecutor.get(`/v1/${list}`)).status));
  expect(await statuses()).toEqual([200, 200, 200, 200, 200]);
  proxy.become('deaf');
  expect(await statuses()).toEqual([503, 503, 503, 503, 503]);
  const silent = await prosecutor.get('/v1/allegations');
  expect([silent.at('code'), silent.headers.has('retry-after')]).toEqual(['unavailable', true]);
  expect(proxy.hit).toBeGreaterThan(0);
  proxy.become('passes');
  await suite.until(async () => (await statuses()).every((status) => status === 200));
  proxy.become('deaf');
  await running.readModels.stop();
  proxy.become('passes');
  await running.stop();
  await proxy.close();
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type ApiSuite, apiSuite } from '../support/api.js';
import { type ApiProcesses, apiProcesses, portOf } from '../support/api-process.js';
import { type PostgresProxy, postgresProxy } from '../support/postgres-proxy.js';

let suite: ApiSuite;
let processes: ApiProcesses;
let taken: Server;
let proxy: PostgresProxy | undefined;
beforeAll(async () => {
  suite = await apiSuite();
  processes = await apiProcesses(suite);
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
});
afterEach(() => proxy?.close());
afterAll(async () => {
  taken.close();
  await processes.end();
  await suite.end();
});

test('runs until it is told to stop, and ends in order', async () => {
  const api = processes.start();
  const headers = { authorization: `Bearer ${suite.issuer.tokens['Auditor']}` };
  expect((await fetch(`${await api.url}/v1/events`, { headers })).status).toBe(200);
  api.process.kill('SIGTERM');
  expect(await api.ended).toBe(0);
});

test.each(['INQUEST_PORT', 'INQUEST_METRICS_PORT'])('names %s when that port is in use', async (name) => {
  const api = processes.start({ [name]: String(portOf(taken)) });
  expect(await api.ended).toBe(1);
  expect(api.log).toEqual([
    `Inquest cannot run: Port ${portOf(taken)} is in use. Give another one in ${name}.`,
  ]);
});

test('ends although its database is silent', async () => {
  proxy = await postgresProxy(suite.url);
  const api = processes.start({ INQUEST_POSTGRES_URL: proxy.url, INQUEST_STOP_TIMEOUT_MS: '100' });
  const url = await api.url;
  proxy.become('deaf');
  const headers = { authorization: `Bearer ${suite.issuer.tokens['Auditor']}` };
  const asked = fetch(`${url}/v1/events`, { headers }).catch(() => undefined);
  api.process.kill('SIGTERM');
  expect([0, 1]).toContain(await api.ended);
  await asked;
});

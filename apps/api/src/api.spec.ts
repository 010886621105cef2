import { type ApiSuite, apiSuite, type RunningApi } from '../../../test/support/api.js';

let suite: ApiSuite;
let running: RunningApi;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
});
afterAll(() => suite.end());

test('what was filed can be read', async () => {
  const headers = { authorization: `Bearer ${suite.issuer.tokens['Prosecutor']}` };
  const filed = await fetch(`${running.url}/v1/allegations`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      source: { kind: 'organisation', organisation: 'Monitor', reference: 'report 1' },
      nature: 'hearsay',
      language: 'en',
      summary: 'Shots were heard.',
      claimed: { scope: 'occurrence', figures: [] },
    }),
  });
  expect(filed.status).toBe(201);
  const read = await fetch(`${running.url}${filed.headers.get('location')}`, { headers });
  expect(await read.json()).toMatchObject({ revision: 0, status: 'filed', summary: 'Shots were heard.' });
});

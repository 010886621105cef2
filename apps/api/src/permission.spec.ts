import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { IsObject, type TSchema } from 'typebox';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../test/support/api.js';
import { type Answered, client, type Client } from '../../../test/support/api-client.js';
import { arbitraryMembers } from '../../../test/support/arbitrary-of-schema.js';

let suite: ApiSuite;
let running: RunningApi;
let supervisor: Client;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start();
  supervisor = client(running, suite, 'SupervisingProsecutor');
});
afterAll(() => suite.end());

const missing = randomUUID();
const bare = ({ status, text }: Answered) => [status, text.replace(/"traceId":"[0-9a-f]+"/, '')];

/** Bodies that the route takes; now and then one breaks a rule between fields. */
function bodiesOf(body: TSchema | undefined): object[] {
  const members = body !== undefined && IsObject(body) ? Object.entries<TSchema>(body.properties) : [];
  return fc.sample(
    arbitraryMembers(members, () => [missing]),
    { numRuns: 20, seed: 1 },
  );
}

test('of a case in which one has a conflict of interest every route says what it says of none', async () => {
  const { id } = await supervisor.command('/v1/investigations', examples.OpenInvestigation);
  await supervisor.command(`/v1/investigations/${id}/declare-conflict`, { reason: 'A cousin of mine.' });
  const routes = running.api.routes.documented.filter(
    ({ url, operation }) => url.startsWith('/v1/investigations/:id') && operation.id !== 'DeclareConflict',
  );
  const answered: string[] = [];
  for (const { method, url, operation } of routes) {
    const ask = (of: string, body: object) => {
      const path = `${url.replace(':id', of)}${url.endsWith('/diff') ? '?from=0' : ''}`;
      return method === 'POST' ? supervisor.post(path, body) : supervisor.get(path);
    };
    for (const body of bodiesOf(operation.body)) {
      const ofNone = await ask(missing, body);
      if (ofNone.status === 400) continue;
      expect([url, ofNone.status]).toEqual([url, 404]);
      expect([url, ...bare(await ask(id, body))]).toEqual([url, ...bare(ofNone)]);
      answered.push(url);
      break;
    }
  }
  expect(answered).toEqual(routes.map(({ url }) => url));
  expect(answered.length).toBeGreaterThan(25);
});

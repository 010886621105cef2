import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { loadPolicies } from '#access';
import { examples, useCases } from '#domain';
import { fieldsOf } from '#event-sourcing';
import type { AsyncApiDocument } from '#public-contract';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, documentedAnswer, memberAt } from '../../../../test/support/api-client.js';
import { resourceKinds } from '../resources.js';
import { eventsPage } from './events-page.js';
import { problemsOf, templateOf } from './openapi.js';
import { problemExamples, problemSchema } from './problem-schema.js';

let suite: ApiSuite;
let running: RunningApi;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start({ projects: false });
});
afterAll(() => suite.end());

/** What anybody may ask, the sign-in of a standalone included. */
const anonymous = [
  'GET /asyncapi.json',
  'GET /docs/events',
  'GET /livez',
  'GET /metrics',
  'GET /openapi.json',
  'GET /problems',
  'GET /problems/{code}',
  'GET /readyz',
  'POST /demo/token',
];

describe('every route', () => {
  test('names who may ask, by actions that the policies know', () => {
    const known = new Set(loadPolicies().actions.map(({ name }) => name));
    const open: string[] = [];
    const unknown: string[] = [];
    for (const { method, url, operation } of running.api.routes.documented) {
      if (operation.access === 'anonymous') open.push(`${method} ${templateOf({ url })}`);
      else unknown.push(...operation.access.filter((action) => !known.has(action)));
    }
    expect([open.toSorted(), unknown]).toEqual([anonymous, []]);
  });

  test('turns away who has no token', async () => {
    const nobody = client(running, suite, undefined);
    for (const { method, url, operation } of running.api.routes.documented) {
      if (operation.access === 'anonymous') continue;
      const path = url.replace(':id', crypto.randomUUID());
      const answer = method === 'POST' ? await nobody.post(path, {}) : await nobody.get(path);
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });

  test('lets in exactly the roles that the policies may ever let in', async () => {
    const policy = loadPolicies();
    const asEach = suite.issuer.users.map(async (user) => {
      const asking = client(running, suite, user.key);
      for (const { method, url, operation } of running.api.routes.documented) {
        const { access, answers } = operation;
        if (access === 'anonymous' || answers.some(({ content }) => 'text/event-stream' in content)) continue;
        const may = access.some((action) =>
          policy.mayEver({ subject: user.subject, roles: [user.role] }, action),
        );
        const path = url.replace(':id', crypto.randomUUID());
        // A body that no route takes: who is let in gets 400, or 404 where there is nothing to be wrong.
        const answer =
          method === 'POST'
            ? await asking.post(path, '[]')
            : method === 'PUT'
              ? await asking.put(path, new Uint8Array(1))
              : await asking.get(path);
        expect([user.key, path, answer.status === 403]).toEqual([user.key, path, !may]);
      }
    });
    await Promise.all(asEach);
  }, 180_000);

  test('is in the document, with its body, its answers and its problems', () => {
    const { document, routes } = running.api;
    for (const route of routes.documented) {
      const [path, method] = [templateOf(route), route.method.toLowerCase()];
      const documented = document.paths[path]?.[method];
      const { answers, body } = route.operation;
      for (const { status, content } of answers)
        for (const type of Object.keys(content))
          expect(
            memberAt(documentedAnswer(document, path, method, status), ['content', type, 'schema']),
          ).toBeDefined();
      expect(memberAt(documented, ['requestBody', 'content', 'application/json', 'schema'])).toEqual(body);
      expect(problemsOf(route.operation)).toContain('internal');
      const internal = documentedAnswer(document, path, method, 500);
      expect(memberAt(internal, ['content', 'application/problem+json'])).toBeDefined();
    }
  });

  test('documents the headers of its problems', () => {
    const headersAt = (path: string, method: string, status: number) =>
      Object.keys(memberAt(documentedAnswer(running.api.document, path, method, status), ['headers']) ?? {});
    const command = '/v1/investigations/{id}/assign-lead';
    expect(headersAt(command, 'post', 401)).toEqual(['WWW-Authenticate']);
    expect(headersAt(command, 'post', 409)).toEqual(['Retry-After']);
    expect(headersAt(command, 'post', 412)).toEqual(['ETag']);
    expect(headersAt(command, 'post', 429)).toContain('RateLimit-Remaining');
    expect(headersAt(command, 'post', 404)).toEqual([]);
    for (const status of [429, 503]) expect(headersAt('/v1/events', 'get', status)).toContain('Retry-After');
  });

  test('has a name of its own', () => {
    const ids = running.api.routes.documented.map(({ operation }) => operation.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test.each(useCases.map((useCase) => [useCase.name, useCase] as const))(
  '%s is a route whose body is the command',
  (name, { command, creates }) => {
    const route = running.api.routes.documented.find(({ operation }) => operation.id === name);
    expect(route?.operation.answers[0].status).toBe(creates ? 201 : 200);
    expect(memberAt(route?.operation.body, ['additionalProperties'])).toBe(false);
    const properties = memberAt(route?.operation.body, ['properties']);
    expect(Object.keys(properties ?? {})).toEqual([...fieldsOf(command).keys()]);
  },
);

test('every example of a body can be sent as it is', async () => {
  const prosecutor = client(running, suite, 'Prosecutor');
  const statuses: unknown[] = [];
  for (const { url, operation } of running.api.routes.documented)
    if (operation.bodyExample)
      statuses.push([url, (await prosecutor.post(url, operation.bodyExample)).status]);
  // A referral is of a case that is there: no body could be sent as it is.
  const begun = resourceKinds.map(({ path }) => path).filter((path) => path !== 'referrals');
  expect(statuses).toEqual(begun.map((path) => [`/v1/${path}`, 201]));
});

test('every problem has an example, which is as the schema has it', () => {
  const isProblem = Compile(problemSchema());
  for (const [type, { value }] of Object.entries<{ value?: unknown }>(problemExamples()))
    expect([type, ...isProblem.Errors(JSON.parse(JSON.stringify(value)))]).toEqual([type]);
});

test('every resource can be listed, read, compared and followed back', () => {
  const { paths } = running.api.document;
  for (const { path } of resourceKinds)
    for (const rest of ['', '/{id}', '/{id}/history', '/{id}/diff'])
      expect(memberAt(paths, [`/v1/${path}${rest}`, 'get'])).toBeDefined();
});

test('the document says the same over HTTP, and refers to nothing that is not there', async () => {
  const { text } = await client(running, suite, undefined).get('/openapi.json');
  const served: unknown = JSON.parse(text);
  expect(served).toEqual(JSON.parse(JSON.stringify(running.api.document)));
  const references = new Set(
    [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, reference = '']) => reference),
  );
  expect([...references].filter((reference) => memberAt(served, reference.split('/')) === undefined)).toEqual(
    [],
  );
  expect(references.size).toBeGreaterThan(20);
});

describe('the pages', () => {
  const page = (path: string) => fetch(`${running.url}${path}`);

  test('load under their own policy, with every file they name', async () => {
    const docs = await page('/docs');
    expect([docs.status, docs.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
    for (const { headers } of [docs, await page('/docs?x')])
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    const html = await docs.text();
    expect(html).not.toMatch(/<script>[^<]|\son\w+=/);
    const files = [...html.matchAll(/(?:src|href)="\.\/(docs\/[^"]+)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect([file, (await page(`/${file}`)).status]).toEqual([file, 200]);
    expect(await (await page('/docs/swagger-ui-init.js')).text()).toContain('FileAllegation');
  });

  test('tell people of every public event, and programs what is committed', async () => {
    const committed: AsyncApiDocument = JSON.parse(readFileSync('docs/asyncapi.json', 'utf8'));
    const served: unknown = await (await page('/asyncapi.json')).json();
    expect(served).toEqual(committed);
    const events = await page('/docs/events');
    expect(events.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(events.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const html = await events.text();
    for (const { address } of Object.values(committed.channels))
      expect(html).toContain(`<code>${address}</code>`);
    for (const type of Object.keys(committed.components.messages))
      expect(html).toContain(`<h3 id="${type}">`);
    // Nothing from elsewhere, and nothing that runs.
    expect(html.match(/<script|<link|<img|\son\w+=|https?:/g) ?? []).toEqual([]);
    expect(JSON.stringify(running.api.document.info)).toContain('/docs/events');
  });

  test('escape whatever a description holds', () => {
    const { channels, components, ...rest }: AsyncApiDocument = JSON.parse(
      readFileSync('docs/asyncapi.json', 'utf8'),
    );
    const hostile = { ...rest.info, title: '</title><script>alert(1)</script>', description: '`<b>` & <i>' };
    const html = eventsPage({ ...rest, channels, components, info: hostile });
    expect(html).not.toMatch(/<script|<i>|<b>/);
    expect(html).toContain('<code>&lt;b&gt;</code> &amp; &lt;i&gt;');
  });

  test('sign a demo user in, who can then carry out a command', async () => {
    const username = suite.issuer.users.find(({ key }) => key === 'Prosecutor')?.username ?? '';
    const form = (password: string) =>
      fetch(`${running.url}/demo/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'password', username, password }),
      });
    expect(
      memberAt(running.api.document.paths, [
        '/demo/token',
        'post',
        'requestBody',
        'content',
        'application/x-www-form-urlencoded',
        'schema',
        'required',
      ]),
    ).toEqual(['grant_type', 'username', 'password']);
    expect((await form('wrong')).status).toBe(400);
    const { access_token: token }: { access_token: string } = JSON.parse(await (await form('demo')).text());
    const headers = { authorization: `Bearer ${token}` };
    const answer = await client(running, suite, undefined).post(
      '/v1/allegations',
      examples.FileAllegation,
      headers,
    );
    expect(answer.status).toBe(201);
  });

  test('explain every problem and every rule, for people and for programs', async () => {
    const index = await client(running, suite, undefined).get('/problems');
    const items = index.at('items');
    expect(Array.isArray(items) && items.length).toBeGreaterThan(40);
    const html = await fetch(`${running.url}/problems/same-person`, { headers: { accept: 'text/html' } });
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await html.text()).toContain('same-person');
    expect((await client(running, suite, undefined).get('/problems/nonsense')).status).toBe(404);
  });
});

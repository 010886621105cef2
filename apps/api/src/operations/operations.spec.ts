import { once } from 'node:events';
import { connect } from 'node:net';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, memberAt } from '../../../../test/support/api-client.js';

let suite: ApiSuite;
beforeAll(async () => {
  suite = await apiSuite();
});
afterAll(() => suite.end());

const nobody = (running: RunningApi) => client(running, suite, undefined);

test('a process that is well is live and ready', async () => {
  const running = await suite.start();
  expect((await nobody(running).get('/livez')).text).toBe('ok\n');
  const ready = await nobody(running).get('/readyz');
  expect([ready.status, ready.at('checks')]).toEqual([200, { store: 'ok', projections: 'ok' }]);
});

test('the measures show appends, requests by route, and the projections', async () => {
  const running = await suite.start();
  await client(running, suite, 'Prosecutor').command('/v1/allegations', examples.FileAllegation);
  const { text, headers } = await nobody(running).get('/metrics');
  expect(headers.get('content-type')).toContain('text/plain');
  expect(text).toContain('inquest_append_batch_events_sum 1');
  expect(text).toMatch(
    /inquest_http_request_seconds_count\{method="POST",route="\/v1\/allegations",status="201"\} 1/,
  );
  expect(text).toMatch(/inquest_projection_lag_positions\{projection="case_board"\} \d/);
  expect(text).toMatch(/inquest_append_queue_requests 0/);
});

describe('the measures', () => {
  test.each([
    ['forwarded', 'for=192.0.2.1'],
    ['x-forwarded-for', '192.0.2.1'],
  ])('are not for whom a proxy on this machine speaks: %s', async (name, value) => {
    const running = await suite.start({ projects: false });
    expect((await nobody(running).get('/metrics', { [name]: value })).status).toBe(404);
  });

  test('are not on the port of the API where they have their own', async () => {
    const running = await suite.start({ projects: false, metricsElsewhere: true });
    expect((await fetch(`${running.url}/metrics`)).status).toBe(404);
  });
});

test('a caller who asks too much is told when to come back, and others go on', async () => {
  const running = await suite.start({ projects: false, bounds: { requestsPerMinuteMax: 5 } });
  const prosecutor = client(running, suite, 'Prosecutor');
  const statuses: number[] = [];
  for (let i = 0; i < 6; i += 1) statuses.push((await prosecutor.get('/v1/incidents')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const limited = await prosecutor.post('/v1/incidents', examples.RecordIncident);
  expect([limited.status, limited.at('code')]).toEqual([429, 'rate-limited']);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(limited.headers.get('ratelimit-remaining')).toBe('0');
  expect((await client(running, suite, 'Prosecutor2').get('/v1/incidents')).status).toBe(200);
  expect((await nobody(running).get('/readyz')).status).toBe(200);
});

test('what is turned away counts as well', async () => {
  const running = await suite.start({ projects: false, bounds: { requestsPerMinuteMax: 3 } });
  const auditor = client(running, suite, 'Auditor');
  const accept = { accept: 'text/csv' };
  const statuses = [
    (await auditor.post('/v1/incidents', examples.RecordIncident)).status,
    (await auditor.get('/v1/incidents', accept)).status,
    (await auditor.get('/v1/incidents', accept)).status,
    (await auditor.post('/v1/incidents', examples.RecordIncident)).status,
  ];
  expect(statuses).toEqual([403, 406, 406, 429]);
});

test('sign-ins that fail are limited by address, and keep nobody out who is signed in', async () => {
  const running = await suite.start({ projects: false, bounds: { requestsPerMinuteMax: 3 } });
  const prosecutor = client(running, suite, 'Prosecutor');
  expect((await prosecutor.get('/v1/incidents')).status).toBe(200);
  const forged = { authorization: 'Bearer forged' };
  const failed: number[] = [];
  for (let i = 0; i < 2; i += 1) failed.push((await nobody(running).get('/v1/incidents', forged)).status);
  for (let i = 0; i < 2; i += 1) failed.push((await nobody(running).get('/v1/incidents')).status);
  expect(failed).toEqual([401, 401, 401, 429]);
  const fresh = await suite.expiringToken('Prosecutor', 60);
  const late = await nobody(running).get('/v1/incidents', { authorization: `Bearer ${fresh}` });
  expect([late.status, late.at('code')]).toEqual([429, 'rate-limited']);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await prosecutor.get('/v1/incidents')).status).toBe(200);
});

test('more commands at once than are carried out are turned away at once, and had no effect', async () => {
  const running = await suite.start({ projects: false, bounds: { commandsInFlightMax: 8 } });
  const users = ['Prosecutor', 'Prosecutor2', 'Analyst', 'Investigator', 'IntakeOfficer'];
  const clients = users.map((user) => client(running, suite, user));
  const before = await running.store.head();
  const answers = await Promise.all(
    Array.from({ length: 80 }, () =>
      clients.map((one) => one.post('/v1/allegations', examples.FileAllegation)),
    ).flat(),
  );
  const taken = answers.filter(({ status }) => status === 201);
  const turnedAway = answers.filter(({ status }) => status !== 201);
  expect(turnedAway.length).toBeGreaterThan(0);
  expect(taken.length).toBeGreaterThan(0);
  const [allTaken, ownTaken] = [
    ['overloaded', 'no', '1'],
    ['rate-limited', undefined, '1'],
  ];
  for (const answer of turnedAway)
    expect([allTaken, ownTaken]).toContainEqual([
      answer.at('code'),
      answer.at('tookEffect'),
      answer.headers.get('retry-after'),
    ]);
  expect((await running.store.head()) - before).toBe(BigInt(taken.length));
  // Every place was given back.
  await suite.until(async () => running.inFlight().commands === 0);
  expect((await clients[0]?.post('/v1/allegations', examples.FileAllegation))?.status).toBe(201);
});

test('more queries at once than are answered are turned away at once; an event stream is none of them', async () => {
  const running = await suite.start({ projects: false, bounds: { queriesInFlightMax: 1 } });
  const auditor = client(running, suite, 'Auditor');
  const streams = await Promise.all(
    Array.from({ length: 8 }, () =>
      fetch(`${running.url}/v1/events`, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${suite.issuer.tokens['Auditor']}` },
      }),
    ),
  );
  await suite.until(async () => running.inFlight().queries === 0);
  const answers = await Promise.all(Array.from({ length: 200 }, () => auditor.get('/v1/events')));
  const turnedAway = answers.filter(({ status }) => status === 503);
  expect(turnedAway.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 200).length).toBe(200 - turnedAway.length);
  for (const answer of turnedAway)
    expect([answer.at('code'), answer.at('tookEffect'), answer.headers.get('retry-after')]).toEqual([
      'overloaded',
      undefined,
      '1',
    ]);
  await suite.until(async () => running.inFlight().queries === 0);
  expect((await auditor.get('/v1/events')).status).toBe(200);
  for (const { body } of streams) await body?.cancel();
});

test('however many ask whether it is ready, it looks once', async () => {
  const running = await suite.start({ projects: false });
  let looked = 0;
  running.health.add('counted', async () => void (looked += 1));
  const answers = await Promise.all(Array.from({ length: 50 }, () => nobody(running).get('/readyz')));
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
  expect(looked).toBe(1);
  await suite.until(async () => (await nobody(running).get('/readyz')).status === 200 && looked === 2);
});

describe('a process that is told to stop', () => {
  test('is not ready, and fails no request that is under way', async () => {
    const running = await suite.start({ projects: false });
    const prosecutor = client(running, suite, 'Prosecutor');
    const before = await running.store.head();
    let stopped: Promise<void> | undefined;
    let acknowledged = 0;
    const worker = async (): Promise<string> => {
      for (;;) {
        try {
          await prosecutor.command('/v1/allegations', examples.FileAllegation);
        } catch (error) {
          return String(memberAt(error, ['cause', 'code']) ?? error);
        }
        acknowledged += 1;
        if (acknowledged === 100) stopped = running.stop();
      }
    };
    const ends = await Promise.all(Array.from({ length: 16 }, worker));
    await stopped;
    // No answer but success; then no connection any more, or one that ended before it carried the request.
    for (const end of ends) expect(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET']).toContain(end);
    expect((await running.health.report()).checks['process']).toContain('stopping');
    const other = await suite.start({ projects: false });
    expect((await other.store.head()) - before).toBe(BigInt(acknowledged));
  });

  test('ends the event streams', async () => {
    const running = await suite.start({ projects: false });
    const response = await fetch(`${running.url}/v1/events`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${suite.issuer.tokens['Auditor']}` },
    });
    expect(response.status).toBe(200);
    let stopped: Promise<void> | undefined;
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('event: AllegationFiled')) stopped ??= running.stop();
    }
    await stopped;
    expect(text).toMatch(/\n\n$/);
  });

  test('waits for no connection over which nothing was asked', async () => {
    const running = await suite.start({ projects: false, bounds: { stopTimeoutMs: 3000 } });
    const silent = connect(Number(new URL(running.url).port), '127.0.0.1');
    await once(silent, 'connect');
    await Promise.all([running.stop(), once(silent, 'close')]);
    expect(running.log.join('')).not.toContain('cut off');
  });

  test('cuts off what does not end in time', async () => {
    const running = await suite.start({ projects: false, bounds: { stopTimeoutMs: 200 } });
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{')) });
    const hanging = fetch(`${running.url}/v1/allegations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${suite.issuer.tokens['Prosecutor']}`,
        'content-type': 'application/json',
      },
      body,
      duplex: 'half',
    });
    const outcome = hanging.then(
      ({ status }) => String(status),
      () => 'cut off',
    );
    await suite.until(async () => running.inFlight().commands === 1);
    await running.stop();
    expect(await outcome).toBe('cut off');
    await suite.until(async () => running.inFlight().commands === 0);
  });
});

describe('another origin', () => {
  const preflight = (running: RunningApi, origin: string) =>
    fetch(`${running.url}/v1/allegations`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  test('may not call unless it is listed', async () => {
    const closed = await suite.start({ projects: false });
    expect(
      (await preflight(closed, 'https://board.example')).headers.has('access-control-allow-origin'),
    ).toBe(false);
    const open = await suite.start({ projects: false, corsOrigins: ['https://board.example'] });
    const allowed = await preflight(open, 'https://board.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://board.example');
    expect(allowed.headers.has('access-control-allow-credentials')).toBe(false);
    const other = await preflight(open, 'https://evil.example');
    expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });

  test('can read every problem too, and the headers that say what to do about it', async () => {
    const bounds = { requestsPerMinuteMax: 4 };
    const origin = 'https://board.example';
    const running = await suite.start({ projects: false, corsOrigins: [origin], bounds });
    const authorization = `Bearer ${suite.issuer.tokens['Auditor']}`;
    const answers = [
      await fetch(`${running.url}/v1/incidents`, { headers: { origin } }),
      await fetch(`${running.url}/v1/incidents`, { method: 'POST', headers: { origin, authorization } }),
      await fetch(`${running.url}/v1/incidents`, { headers: { origin, authorization, accept: 'text/csv' } }),
      await fetch(`${running.url}/v1/nothing`, { headers: { origin } }),
      await fetch(`${running.url}/v1/incidents`, { headers: { origin } }),
      await fetch(`${running.url}/v1/incidents`, { headers: { origin } }),
      await fetch(`${running.url}/v1/incidents`, { headers: { origin } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 406, 404, 401, 401, 429]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      for (const name of ['WWW-Authenticate', 'Retry-After', 'RateLimit-Remaining', 'ETag'])
        expect(headers.get('access-control-expose-headers')).toContain(name);
    }
  });
});

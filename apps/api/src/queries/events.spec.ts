import { once } from 'node:events';
import { connect } from 'node:net';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client, type Client, memberAt } from '../../../../test/support/api-client.js';

let suite: ApiSuite;
let running: RunningApi;
let prosecutor: Client;
let auditor: Client;
beforeAll(async () => {
  suite = await apiSuite();
  running = await suite.start({ projects: false, bounds: { streamsPerCallerMax: 2 } });
  prosecutor = client(running, suite, 'Prosecutor');
  auditor = client(running, suite, 'Auditor');
  for (let i = 0; i < 3; i += 1) {
    await prosecutor.command('/v1/incidents', examples.RecordIncident);
    await prosecutor.command('/v1/investigations', examples.OpenInvestigation);
  }
});
afterAll(() => suite.end());

interface Sent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Reads a stream until it has sent so many events, or has ended. */
async function stream(query: string, count: number, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const response = await fetch(`${running.url}/v1/events${query}`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${suite.issuer.tokens['Auditor']}`,
      ...headers,
    },
    signal: controller.signal,
  });
  const received = async (): Promise<Sent[]> => {
    const sent: Sent[] = [];
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
        if (fields.data !== undefined) sent.push(fields);
      }
      if (sent.length >= count) break;
    }
    controller.abort();
    return sent;
  };
  return { response, received };
}

describe('events as pages', () => {
  test('in the order of the log, to its end', async () => {
    const positions: unknown[] = [];
    let after = '0';
    for (;;) {
      const page = await auditor.get(`/v1/events?after=${after}&limit=4`);
      const found = page.at('items');
      if (Array.isArray(found)) positions.push(...found.map((event) => memberAt(event, ['position'])));
      if (page.at('next') === null) break;
      after = String(page.at('next'));
    }
    expect(positions).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('of some types only', async () => {
    const page = await auditor.get('/v1/events?type=InvestigationOpened&limit=2');
    expect([page.at('items', 0, 'type'), page.at('items', 1, 'position'), page.at('next')]).toEqual([
      'InvestigationOpened',
      '4',
      '4',
    ]);
    expect((await auditor.get('/v1/events?type=NothingOfTheKind')).headers.get('inquest-position')).toBe('6');
  });

  test('in full for auditors, byte for byte; in public form for the services of others', async () => {
    const [stored] = await running.store.readAll(0n, 1);
    const full = await auditor.get('/v1/events?limit=1');
    expect(full.text).toContain(`"data":${stored?.data},"metadata":${stored?.metadata}`);
    const open = await client(running, suite, 'ServiceConsumer').get('/v1/events?limit=1');
    expect(open.at('items', 0, 'type')).toBe('IncidentRecorded');
    const { categories } = examples.RecordIncident;
    expect(open.at('items', 0, 'data')).toMatchObject({ categories });
    expect(open.at('items', 0, 'metadata')).toBeUndefined();
  });
});

test('events after what is not in the log yet are refused', async () => {
  const answer = await auditor.get('/v1/events?after=1000');
  expect([answer.status, answer.at('errors', 0, 'parameter')]).toEqual([400, 'after']);
  const atTheEnd = await auditor.get(`/v1/events?after=${await running.store.head()}`);
  expect([atTheEnd.status, atTheEnd.at('items'), atTheEnd.at('next')]).toEqual([200, [], null]);
});

describe('events as a stream', () => {
  test('history, then what comes', async () => {
    const { response, received } = await stream('', 7);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const events = received();
    await prosecutor.command('/v1/incidents', examples.RecordIncident);
    const sent = await events;
    expect(sent.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(JSON.parse(sent[6]?.data ?? '')).toMatchObject({ position: '7', type: 'IncidentRecorded' });
  });

  test('goes on after the last event that was received', async () => {
    const { received } = await stream('?after=1', 2, { 'last-event-id': '4' });
    expect((await received()).slice(0, 2).map(({ id }) => id)).toEqual(['5', '6']);
  });

  test('of one type', async () => {
    const { received } = await stream('?type=InvestigationOpened', 2);
    expect((await received()).slice(0, 2).map(({ id, event }) => [id, event])).toEqual([
      ['2', 'InvestigationOpened'],
      ['4', 'InvestigationOpened'],
    ]);
  });

  test.each([
    ['?after=1000', {}, 'after'],
    ['?after=1', { 'last-event-id': '1000' }, 'Last-Event-ID'],
  ])('from past the end of the log is refused: %s %j', async (query, headers, parameter) => {
    const { response } = await stream(query, 1, headers);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ errors: [{ parameter, message: 'is past the end of the log' }] }),
    ]);
  });

  test('asked for its head only, has one and does not begin', async () => {
    const authorization = `Bearer ${suite.issuer.tokens['Auditor']}`;
    const headers = { accept: 'text/event-stream', authorization };
    for (let i = 0; i < 5; i += 1) {
      const response = await fetch(`${running.url}/v1/events`, { method: 'HEAD', headers });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/event-stream; charset=utf-8',
      ]);
    }
  });

  test('that its reader leaves before it begins gives its place back', async () => {
    const token = await suite.expiringToken('Auditor', 60);
    const head = [
      'GET /v1/events HTTP/1.1',
      'Host: x',
      'Accept: text/event-stream',
      `Authorization: Bearer ${token}`,
    ];
    for (let i = 0; i < 30; i += 1) {
      const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      while (running.inFlight().queries === 0) await new Promise(setImmediate);
      socket.destroy();
    }
    const headers = { authorization: `Bearer ${token}` };
    await suite.until(async () => {
      const both = [await stream('', 1, headers), await stream('', 1, headers)];
      for (const one of both) await one.received().catch(() => undefined);
      return both.every(({ response }) => response.status === 200);
    });
  });

  test('ends with the token', async () => {
    const token = await suite.expiringToken('Auditor', 2);
    const { response, received } = await stream('', Infinity, { authorization: `Bearer ${token}` });
    expect(response.status).toBe(200);
    expect((await received()).length).toBeGreaterThanOrEqual(6);
  });

  test('is open only so many times for one caller, until one is closed', async () => {
    const token = await suite.expiringToken('Auditor', 60);
    const headers = { authorization: `Bearer ${token}` };
    const open = [await stream('', 1, headers), await stream('', 1, headers)];
    const third = await stream('', 1, headers);
    expect([third.response.status, third.response.headers.get('retry-after')]).toEqual([429, '30']);
    await third.response.body?.cancel();
    await open[0]?.received();
    await suite.until(async () => {
      const again = await stream('', 1, headers);
      await again.received().catch(() => undefined);
      return again.response.status === 200;
    });
    await open[1]?.received();
  });
});

import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { inParallel } from './in-parallel.js';
import { CommandRejected, ImportStopped, InquestClient, OutcomeUnknown } from './inquest-client.js';
import { afterMs, backoffMs } from './retry.js';
import { isUsableId } from './send-plan.js';

/** One answer after the other, as a server in trouble gives them; `cut` drops the connection instead. */
type Answer = 'cut' | { status: number; headers?: Record<string, string>; body?: object };

const accepted = { id: 'i', position: '7' };
const done: Answer = { status: 201, body: accepted };

describe('sending a command', () => {
  let server: Server;
  let answers: Answer[];
  let seen: { headers: IncomingHttpHeaders; body: string }[];

  const listener: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ headers: request.headers, body });
      const answer = answers.shift() ?? done;
      if (answer === 'cut') request.socket.destroy();
      else response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body ?? {}));
    });
  };
  beforeEach(async () => {
    [answers, seen] = [[], []];
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const client = (patienceMs = 10_000): InquestClient => {
    const { port } = server.address() as AddressInfo;
    return new InquestClient({ url: `http://127.0.0.1:${port}`, token: 'secret' }, { patienceMs });
  };
  const send = (one = client()) => one.command('/v1/incidents', { a: 'ї' }, 'set/1/record');

  test('gives its receipt', async () => {
    expect(await send()).toEqual({ id: 'i', position: 7n, replayed: false });
    expect(seen).toEqual([
      {
        headers: expect.objectContaining({
          authorization: 'Bearer secret',
          'content-type': 'application/json',
          'idempotency-key': 'set/1/record',
        }),
        body: '{"a":"ї"}',
      },
    ]);
  });

  test('says when it had been carried out before', async () => {
    answers = [{ ...done, headers: { 'idempotency-replayed': 'true' } }];
    expect((await send()).replayed).toBe(true);
  });

  test('is repeated with the same key until the server can say what came of it', async () => {
    const busy = { type: '/problems/busy', title: 'Busy' };
    answers = [
      'cut',
      { status: 503 },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 409, body: busy },
    ];
    const one = client();
    expect(await send(one)).toMatchObject({ id: 'i' });
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(5).fill('set/1/record'));
    expect(one.retries).toBe(4);
  });

  test('stops the import when the server does not come back', async () => {
    answers = Array<Answer>(100).fill({ status: 503, body: { detail: 'PostgreSQL is away' } });
    await expect(send(client(50))).rejects.toThrow(ImportStopped);
  });

  test('does not wait longer than its patience, whatever the server asks for', async () => {
    answers = [{ status: 503, headers: { 'retry-after': '60' }, body: { detail: 'PostgreSQL is away' } }];
    await expect(send(client(1000))).rejects.toThrow('gives no answer: PostgreSQL is away');
    expect(seen).toHaveLength(1);
  });

  test.each([401, 403])('stops the import at %d', async (status) => {
    answers = [{ status, body: { title: 'No', detail: 'The token has expired.' } }];
    await expect(send()).rejects.toThrow(new ImportStopped('POST /v1/incidents: The token has expired.'));
  });

  test('is rejected with everything that is wrong with it', async () => {
    const errors = [
      { pointer: '/title', message: 'is required' },
      { pointer: '/period/start', message: 'is no day' },
    ];
    answers = [{ status: 400, body: { type: '/problems/invalid-request', title: 'Not valid', errors } }];
    await expect(send()).rejects.toThrow(
      new CommandRejected('Not valid; /title is required; /period/start is no day'),
    );
  });

  test('is rejected by the rule that refuses it', async () => {
    answers = [{ status: 409, body: { type: '/problems/refused', code: 'incident-merged', detail: 'x' } }];
    await expect(send()).rejects.toThrow(new CommandRejected('incident-merged: x'));
  });

  test('is rejected when its key stands for something else', async () => {
    answers = [{ status: 422, body: { type: '/problems/idempotency-key-reused', title: 'Reused' } }];
    await expect(send()).rejects.toThrow('was imported before with other content');
  });

  test('is asked again with the same key when the server fails over it, and then not known to be taken', async () => {
    answers = Array<Answer>(3).fill({ status: 500, body: { title: 'Internal', traceId: 'abc' } });
    await expect(send()).rejects.toThrow(new OutcomeUnknown('Internal; trace abc'));
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(3).fill('set/1/record'));
    answers = [{ status: 500 }, done];
    expect(await send()).toMatchObject({ id: 'i' });
  });

  test('stops the import when something else answers', async () => {
    answers = [{ status: 200, body: { hello: 'world' } }];
    await expect(send()).rejects.toThrow('does not answer like Inquest');
  });

  test.each([301, 404])('to another server is not even tried: /livez has %d', async (status) => {
    answers = [{ status, headers: { location: '/' } }];
    await expect(client().reach()).rejects.toThrow(
      `does not answer like Inquest: /livez has status ${status}`,
    );
  });

  test('that nobody listens is said at once', async () => {
    const one = client();
    server.close();
    await once(server, 'close');
    await expect(one.reach()).rejects.toThrow(/^no server answers at http/);
  });
});

describe('waiting', () => {
  test('grows, is spread, and is bounded', () => {
    expect([0, 1, 2, 20].map((attempt) => backoffMs(attempt, () => 1))).toEqual([200, 400, 800, 10_000]);
    expect(backoffMs(5, () => 0)).toBe(0);
  });

  test('is as long as the server asks, in seconds or until a time, up to a minute', () => {
    const now = Date.parse('2030-01-01T00:00:00Z');
    const headers = [
      '2',
      'Tue, 01 Jan 2030 00:00:03 GMT',
      'Mon, 31 Dec 2029 23:00:00 GMT',
      '9999',
      'soon',
      null,
    ];
    expect(headers.map((header) => afterMs(header, now))).toEqual([2000, 3000, 0, 60_000, 0, 0]);
  });
});

describe('working in parallel', () => {
  async function* numbers(to: number, taken: number[] = []): AsyncGenerator<number> {
    for (let n = 1; n <= to; n += 1) {
      taken.push(n);
      yield n;
    }
  }

  test('takes everything once, and never more at a time than allowed', async () => {
    const worked: number[] = [];
    let [now, most] = [0, 0];
    await inParallel(numbers(100), 4, async (n) => {
      most = Math.max(most, (now += 1));
      await new Promise(setImmediate);
      now -= 1;
      worked.push(n);
    });
    expect(worked.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(most).toBe(4);
  });

  test('takes nothing more after a failure, and ends what is under way', async () => {
    const [taken, worked]: [number[], number[]] = [[], []];
    const work = async (n: number) => {
      if (n === 2) throw new Error('second');
      await new Promise(setImmediate);
      worked.push(n);
    };
    await expect(inParallel(numbers(100, taken), 3, work)).rejects.toThrow('second');
    expect(taken.length).toBeLessThan(10);
    expect(worked).toEqual(expect.arrayContaining([1, 3]));
  });
});

test('an id is usable when its key is short enough and text', () => {
  expect(['1', 'a'.repeat(190), 'ї'.repeat(30)].map((id) => isUsableId('ucdp-ged', id))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['a'.repeat(230), 'ї'.repeat(40), '\ud800'].map((id) => isUsableId('ucdp-ged', id))).toEqual(
    Array(3).fill(false),
  );
});

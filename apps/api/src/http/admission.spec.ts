import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Caller } from '#access';
import { examples } from '#domain';
import { type ApiSuite, apiSuite, type RunningApi } from '../../../../test/support/api.js';
import { client } from '../../../../test/support/api-client.js';
import { Admission } from './admission.js';

const caller = (subject: string): Caller => ({
  issuer: 'https://login.example',
  subject,
  roles: [],
  expiresAt: new Date(Date.now() + 60_000),
});
const one = caller('one');

describe('places', () => {
  test('are for several: one caller has a quarter of them', () => {
    const admission = new Admission(8);
    const places = [admission.admit(one), admission.admit(one)];
    expect(() => admission.admit(one)).toThrow(expect.objectContaining({ type: 'rate-limited' }));
    for (const other of ['two', 'three', 'four']) {
      admission.admit(caller(other));
      admission.admit(caller(other));
    }
    expect(() => admission.admit(caller('five'))).toThrow(expect.objectContaining({ type: 'overloaded' }));
    places[0]?.leave();
    expect(() => admission.admit(one)).not.toThrow();
  });
});

describe('a place', () => {
  test('is kept by work that nobody waits for any more, until it is done', async () => {
    const admission = new Admission(1);
    const place = admission.admit(one);
    let end = (): void => undefined;
    const done = place.during(() => new Promise<void>((resolve) => (end = resolve)));
    place.leave();
    expect(admission.inFlight).toBe(1);
    end();
    await done;
    expect(admission.inFlight).toBe(0);
  });

  test('is given back by work that fails', async () => {
    const admission = new Admission(1);
    await expect(admission.admit(one).during(() => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(admission.inFlight).toBe(0);
  });

  test('that was given back is not worked in, and is given back once', async () => {
    const admission = new Admission(8);
    const place = admission.admit(one);
    admission.admit(one);
    place.leave();
    place.leave();
    expect(place.isLeft).toBe(true);
    expect(admission.inFlight).toBe(1);
  });
});

describe('a client that goes away gives its place back', () => {
  let suite: ApiSuite;
  let running: RunningApi;
  beforeAll(async () => {
    suite = await apiSuite();
    running = await suite.start({ projects: false });
  });
  afterAll(() => suite.end());

  const head = (method: string, path: string, user: string, headers: readonly string[] = []) =>
    [
      `${method} ${path} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${suite.issuer.tokens[user]}`,
      ...headers,
    ]
      .join('\r\n')
      .concat('\r\n\r\n');
  const upload = (bytes: number) =>
    head('POST', '/v1/allegations', 'Prosecutor', [
      'Content-Type: application/json',
      `Content-Length: ${bytes}`,
    ]);

  async function connected(): Promise<Socket> {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  const allGivenBack = () => suite.until(async () => running.inFlight().commands === 0);

  test('while it sends, and is counted as one that left', async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, connected));
    for (const socket of sockets) socket.write(`${upload(1000)}{"source":`);
    await suite.until(async () => running.inFlight().commands === 20);
    for (const socket of sockets) socket.destroy();
    await allGivenBack();
    const measures = await client(running, suite, undefined).get('/metrics');
    expect(measures.text).toContain(
      'inquest_http_request_seconds_count{method="POST",route="/v1/allegations",status="499"} 20',
    );
  });

  test('while its command is carried out, which is done all the same', async () => {
    const before = await running.store.head();
    const body = JSON.stringify(examples.FileAllegation);
    const sockets = await Promise.all(Array.from({ length: 50 }, connected));
    for (const socket of sockets) socket.write(upload(Buffer.byteLength(body)) + body);
    await suite.until(async () => running.inFlight().commands > 0);
    for (const socket of sockets) socket.destroy();
    await allGivenBack();
    expect(await running.store.head()).toBeGreaterThan(before);
  });

  test('when it sends too slowly, and is told so', async () => {
    const impatient = await suite.start({ projects: false, bounds: { requestTimeoutMs: 200 } });
    const socket = connect(Number(new URL(impatient.url).port), '127.0.0.1');
    socket.write(`${upload(1000)}{"source":`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toMatch(/"type":"\/problems\/request-timeout".*"traceId":"[0-9a-f]{32}"/);
    await suite.until(async () => impatient.inFlight().commands === 0);
  });

  test.each([
    ['unfinished', () => `${upload(1000)}{"source":`],
    ['not valid', () => `${upload(2)}[]`],
    ['not JSON', () => `${upload(1)}{`],
  ])('behind an answer that does not end, with a body that is %s', async (_, request) => {
    const socket = await connected();
    socket.write(head('GET', '/v1/events', 'Auditor', ['Accept: text/event-stream']) + request());
    await once(socket, 'data');
    socket.destroy();
    await allGivenBack();
    expect(
      (await client(running, suite, 'Prosecutor').post('/v1/allegations', examples.FileAllegation)).status,
    ).toBe(201);
    await allGivenBack();
  });
});

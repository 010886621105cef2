import { Health } from './health.js';
import { createLogger } from './logger.js';
import { createMetrics } from './metrics.js';
import { storeObserver } from './store-observer.js';
import { traceOf, traceparentOf } from './trace.js';

describe('the logger', () => {
  function written(log: (logger: ReturnType<typeof createLogger>) => void): string {
    const lines: string[] = [];
    log(createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }));
    return lines.join('');
  }

  test('leaves out what a request carries', () => {
    const req = {
      method: 'POST',
      url: '/v1/x?q=name',
      headers: { authorization: 'Bearer secret' },
      body: 'secret',
    };
    expect(JSON.parse(written((logger) => logger.info({ req }, 'seen')))).toMatchObject({
      req: { method: 'POST' },
      msg: 'seen',
    });
    expect(written((logger) => logger.info({ req }, 'seen'))).not.toMatch(/secret|name/);
  });

  test('shows an error with its causes, and no other member of it', () => {
    const cause = Object.assign(new Error('duplicate'), { code: '23505', detail: 'Key (name)=(canary)' });
    const line = written((logger) => logger.error({ err: new Error('append failed', { cause }) }));
    expect(JSON.parse(line)).toMatchObject({ err: { message: 'append failed', cause: { code: '23505' } } });
    expect(line).not.toContain('canary');
  });

  test('leaves out whatever it was not told to show', () => {
    const line = written((logger) =>
      logger.warn(
        { body: { victim: 'canary' }, headers: { authorization: 'canary' }, name: { of: 'canary' } },
        'seen',
      ),
    );
    expect(line).toContain('seen');
    expect(line).not.toContain('canary');
  });

  test('keeps a line break inside its line', () => {
    expect(written((logger) => logger.info('one\r\n{"level":"fatal"}')).trimEnd()).not.toMatch(/[\r\n]/);
  });
});

describe('health', () => {
  test('names what is wrong', async () => {
    const health = new Health();
    health.add('store', async () => undefined);
    health.add('projections', async () => 'caseBoard is parked');
    health.add('broken', async () => {
      throw new TypeError('with details');
    });
    expect(await health.report()).toEqual({
      ready: false,
      checks: { store: 'ok', projections: 'caseBoard is parked', broken: 'TypeError' },
    });
  });

  test('a process that stops is not ready', async () => {
    const health = new Health();
    expect((await health.report()).ready).toBe(true);
    health.drain();
    expect((await health.report()).ready).toBe(false);
  });
});

test('an outage of the store is one line, however many attempts fail', async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics();
  const observer = storeObserver(metrics, logger);
  for (let n = 0; n < 3; n += 1)
    observer.disturbed(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ err: expect.objectContaining({ message: 'refused', code: 'ECONNREFUSED' }) }),
  ]);
  expect(await metrics.text()).toContain('inquest_store_disturbances_total 3');
});

describe('a trace', () => {
  const given = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  test('goes on from the header', () => {
    const trace = traceOf(given);
    expect(trace).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', sampled: true });
    expect(trace.spanId).not.toBe('00f067aa0ba902b7');
    expect(traceparentOf(trace)).toBe(`00-${trace.traceId}-${trace.spanId}-01`);
  });

  test.each([
    undefined,
    '',
    'garbage',
    given.replace('00-', 'ff-'),
    given.toUpperCase(),
    `${given}-more`,
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
  ])('starts anew where the header is %s', (header) => {
    const { traceId, spanId } = traceOf(header);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(traceId).not.toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  test('ids do not repeat', () => {
    const ids = Array.from({ length: 1_000 }, () => traceOf(undefined).traceId);
    expect(new Set(ids).size).toBe(1_000);
  });
});

describe('metrics', () => {
  test('show appends, requests and projections', async () => {
    const metrics = createMetrics();
    metrics.storeObserver.appended(3);
    metrics.storeObserver.answered(4);
    metrics.request('/v1/allegations', 'POST', 201, 0.004);
    metrics.queueDepth(() => 7);
    metrics.projections(async () => [{ projection: 'caseBoard', positions: 5, seconds: 2, parked: 1 }]);
    const text = await metrics.text();
    expect(text).toContain('inquest_append_batch_events_sum 3');
    expect(text).toContain('inquest_append_seconds_sum 0.004');
    expect(text).toContain('inquest_append_queue_requests 7');
    expect(text).toContain('inquest_projection_lag_positions{projection="caseBoard"} 5');
    expect(text).toMatch(
      /inquest_http_request_seconds_count\{method="POST",route="\/v1\/allegations",status="201"\} 1/,
    );
  });

  test('say when the projections could not be asked', async () => {
    const metrics = createMetrics();
    metrics.projections(() => Promise.reject(new Error('no database')));
    expect(await metrics.text()).toContain('inquest_projections_known 0');
  });
});

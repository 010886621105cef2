import { resolve } from 'node:path';
import { atMost, type Bench, type Measurement, notMeasured, timesBaseline } from './figure.js';
import { main } from './main.js';
import { toJson, toTable } from './report.js';
import { interleaved, median, percentile, perSecond, rounded } from './statistics.js';

const line = { id: 'P1', name: 'appends', unit: 'events/s' };
const met = timesBaseline(line, 24_000, { name: 'bare INSERT', value: 10_000 }, 2.2);

test('the median of an odd and of an even number of values', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 6])).toBe(5.5);
  expect(() => median([])).toThrow(RangeError);
});

test('a percentile is one of the values (nearest rank)', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile(hundred, 0)).toBe(1);
  expect(percentile([7], 0.99)).toBe(7);
  expect(() => percentile([], 0.5)).toThrow(RangeError);
});

test('three significant digits, and whole numbers stay whole', () => {
  expect([1234.5, 0.123456, 12.345, 0].map(rounded)).toEqual([1235, 0.123, 12.3, 0]);
});

test('contenders alternate, every second round backwards, and the first round is not counted', async () => {
  const order: string[] = [];
  const contender = (name: string, results: number[]) => ({
    name,
    run: async () => {
      order.push(name);
      return results.shift() ?? NaN;
    },
  });
  const medians = await interleaved(
    [contender('a', [1000, 1, 2, 3]), contender('b', [0, 40, 60, 50])],
    3,
    () => undefined,
  );
  expect(order.join('')).toBe('abbaabba');
  expect(medians).toEqual([2, 50]);
});

test('a rate counts every call that began, with as many in flight as asked for', async () => {
  let [now, most, calls] = [0, 0, 0];
  const rate = await perSecond({ inFlight: 4, durationMs: 20 }, async () => {
    now += 1;
    calls += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
  });
  expect(most).toBe(4);
  expect(now).toBe(0);
  expect(rate).toBeGreaterThan(0);
  expect(rate).toBeLessThanOrEqual(calls * 50);
});

test('a multiple of the baseline is met from the target on', () => {
  expect(met).toMatchObject({ ratio: 2.4, target: '≥ 2.2 ×', met: true });
  expect(timesBaseline(line, 21_900, { name: 'bare INSERT', value: 10_000 }, 2.2).met).toBe(false);
});

test('a bound is met up to the target', () => {
  const p4 = { id: 'P4', name: 'p99', unit: 'ms' };
  expect(atMost(p4, 50, 50)).toMatchObject({ baseline: null, ratio: null, target: '≤ 50 ms', met: true });
  expect(atMost(p4, 50.1, 50).met).toBe(false);
});

test('the JSON has the shape of the interface', () => {
  const measurements: Measurement[] = [met, notMeasured(line, '≥ 3 ×', 'no network')];
  expect(JSON.parse(toJson(measurements))).toEqual([
    {
      id: 'P1',
      name: 'appends',
      value: 24_000,
      unit: 'events/s',
      baseline: { name: 'bare INSERT', value: 10_000 },
      ratio: 2.4,
      target: '≥ 2.2 ×',
      met: true,
    },
    {
      id: 'P1',
      name: 'appends',
      value: null,
      unit: 'events/s',
      baseline: null,
      ratio: null,
      target: '≥ 3 ×',
      met: null,
      reason: 'no network',
    },
  ]);
});

test('the table has one line for each measurement, and the reason of what was not measured', () => {
  const lines = toTable([met, notMeasured(line, '≥ 3 ×', 'no network')]).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[2]).toMatch(
    /^P1 +appends +24,000 events\/s +10,000 events\/s \(bare INSERT\) +2\.40 × +≥ 2\.2 × +yes$/,
  );
  expect(lines[3]).toMatch(/^P1 +appends +not measured +– +– +≥ 3 × +–$/);
  expect(lines[4]).toBe('P1, appends: not measured: no network');
});

describe('the command', () => {
  const figure = (id: string, measured: Measurement) => ({
    id,
    title: `figure ${id}`,
    measure: async (bench: Bench) => {
      bench.progress('under way');
      return [measured];
    },
  });
  const figures = [figure('P1', met), figure('P4', notMeasured(line, '≤ 50 ms', 'no network'))];
  const run = async (...args: string[]) => {
    const [result, progress]: [string[], string[]] = [[], []];
    const output = {
      result: (text: string) => void result.push(text),
      progress: (text: string) => void progress.push(text),
    };
    const root = resolve(import.meta.dirname, '..', '..');
    return { code: await main(args, root, { figures, output }), result, progress: progress.join('\n') };
  };

  test('--json gives the array and nothing else; what was not measured is a failure', async () => {
    const { code, result, progress } = await run('--json', '--only', 'p4,P1');
    expect(result).toHaveLength(1);
    expect(JSON.parse(result[0] ?? '')).toEqual([
      expect.objectContaining({ id: 'P1', met: true }),
      expect.objectContaining({ met: null, reason: 'no network' }),
    ]);
    expect(code).toBe(1);
    expect(progress).toMatch(
      /^machine .*\nversions .*PostgreSQL.*\ndurability .*fsync on, synchronous_commit on/m,
    );
    expect(progress).toMatch(/P1: figure P1\n {2}under way/);
  });

  test('--help lists the figures, and one that is not there is named', async () => {
    expect((await run('--help')).result.join()).toMatch(/ P4 +figure P4/);
    expect(await run('--only', 'P99')).toMatchObject({
      code: 1,
      result: [],
      progress: expect.stringMatching(/P99/),
    });
    expect(await run('--fast')).toMatchObject({ code: 1, result: [] });
  });
});

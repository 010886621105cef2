import { Pool } from 'pg';
import { type EventStore, inMemoryEventStore } from '#event-sourcing';
import { add, openTally, type Tally, tallyDecoder, tallyStream } from '../../../../test/support/tally.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import {
  CheckpointLost,
  type Feed,
  ProjectionRunner,
  type RunnerOptions,
  storeFeed,
} from './projection-runner.js';
import { rebuild } from './rebuild.js';
import { retryParked } from './retry.js';
import { faultOfView, statusOf } from './status.js';
import { WriteUnavailable } from './transaction.js';
import { ViewBehind, ViewPositions } from './view-positions.js';

let tally: Tally;
let store: EventStore;
let runners: ProjectionRunner[] = [];
const decoder = tallyDecoder('Added');
beforeEach(async () => {
  tally = await openTally();
  store = inMemoryEventStore();
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
  await tally.close();
});

function run(options: Partial<RunnerOptions> = {}): ProjectionRunner {
  const runner = new ProjectionRunner({
    pool: tally.pool,
    projections: [tally.projection],
    decoder,
    store,
    positions: new ViewPositions(tally.pool),
    retryMs: { first: 5, max: 50 },
    ...options,
  });
  runners.push(runner);
  runner.start();
  return runner;
}
const caughtUp = () => waitFor('the view', async () => (await tally.position()) === (await store.head()));
const target = () => ({ projection: tally.projection, name: 'tally', pool: tally.pool, decoder });

describe('effectively once', () => {
  const expected = {
    [tallyStream(0)]: { sum: 6, revisions: [0, 1, 2] },
    [tallyStream(1)]: { sum: 9, revisions: [0, 1] },
  };
  beforeEach(async () => {
    await add(store, tallyStream(0), 0, [1, 2]);
    await add(store, tallyStream(1), 0, [4, 5]);
    await add(store, tallyStream(0), 2, [3]);
  });

  test('a feed that repeats batches, whole or in part, changes nothing', async () => {
    const feed: Feed = async function* ({ checkpoint }) {
      const { position: after } = await checkpoint();
      const all = await store.readAll(after, 100);
      const repeated = [all.slice(0, 2), all.slice(0, 2), all.slice(0, 4), all.slice(1, 3), all, all];
      yield* repeated.map((events) => ({ after, events }));
    };
    run({ feed });
    await caughtUp();
    expect(await tally.sums()).toEqual(expected);
  });

  test('several runners of one projection take turns and count each event once', async () => {
    for (let n = 0; n < 4; n += 1) run();
    for (let n = 2; n < 40; n += 1) await add(store, tallyStream(n), 0, [1, 1]);
    await caughtUp();
    const sums = await tally.sums();
    expect(sums).toMatchObject(expected);
    expect(Object.values(sums).reduce((sum, row) => sum + row.sum, 0)).toBe(15 + 38 * 2);
  });

  describe('events that are none of its own', () => {
    const others = tallyDecoder('Added', 'Other');
    const sumOf = async (n: number) => (await tally.sums())[tallyStream(n)]?.sum;

    test('move the checkpoint, whichever process moves it, and hide none that is', async () => {
      run({ decoder: others });
      run({ decoder: others });
      for (let n = 0; n < 30; n += 1) await add(store, tallyStream(2), n, [n], 'Other');
      await caughtUp();
      expect(await tally.sums()).toEqual(expected);
      await Promise.all(runners.map((runner) => runner.stop()));
      await add(store, tallyStream(3), 0, [7]);
      await add(store, tallyStream(3), 1, [8], 'Other');
      const again = run({ decoder: others });
      await caughtUp();
      expect(again.problems.size).toBe(0);
      expect(await sumOf(3)).toBe(7);
    });

    test('do not move a checkpoint that was put back', async () => {
      run({ decoder: others });
      await caughtUp();
      await tally.pool.query(
        `BEGIN; DELETE FROM tally.sums;
         UPDATE projections.checkpoints SET position = 0, event_id = NULL WHERE name = 'tally'; COMMIT`,
      );
      await add(store, tallyStream(2), 0, [1], 'Other');
      await caughtUp();
      expect(await tally.sums()).toEqual(expected);
    });

    test('wait behind a poison in their stream', async () => {
      tally.disturb = (events) => {
        if (events.some(({ stream }) => stream === tallyStream(2))) throw new Error('poison');
      };
      run({ decoder: others });
      await add(store, tallyStream(2), 0, [1]);
      await caughtUp();
      await add(store, tallyStream(2), 1, [2], 'Other');
      await caughtUp();
      expect(await tally.parked()).toHaveLength(2);
    });
  });

  test('a connection that dies between the rows and the checkpoint leaves neither', async () => {
    let died = false;
    const seen: unknown[] = [];
    const project = tally.projection.project;
    const dying = {
      ...tally.projection,
      project: async (...[events, rows]: Parameters<typeof project>) => {
        await project(events, rows);
        if (died) return;
        died = true;
        await rows.query('SELECT pg_terminate_backend(pg_backend_pid())');
      },
    };
    tally = { ...tally, projection: dying };
    run({ observe: { interrupted: ({ error }) => void seen.push(error) } });
    await caughtUp();
    expect(seen).toEqual([expect.any(WriteUnavailable)]);
    expect(await tally.sums()).toEqual(expected);
    expect(await tally.parked()).toEqual([]);
  });

  test('a projection that is broken disturbs no other, and leaves no feed behind', async () => {
    const broken = {
      ...tally.projection,
      name: 'broken',
      project: async (...[, rows]: Parameters<typeof tally.projection.project>) =>
        void (await rows.query('SELECT FROM nowhere')),
    };
    const begun: string[] = [];
    const atWork: string[] = [];
    const feed: Feed = async function* (of) {
      begun.push(of.name);
      atWork.push(of.name);
      try {
        yield* storeFeed(store)(of);
      } finally {
        atWork.splice(atWork.indexOf(of.name), 1);
      }
    };
    let interruptions = 0;
    run({
      projections: [tally.projection, broken],
      feed,
      observe: { interrupted: () => (interruptions += 1) },
    });
    await waitFor('the interruptions', () => interruptions >= 5);
    await caughtUp();
    expect(begun.filter((name) => name === 'tally')).toHaveLength(1);
    expect(atWork.filter((name) => name === 'broken').length).toBeLessThanOrEqual(1);
  });

  test('a runner that is stopped goes on where it was', async () => {
    await run().stop();
    run();
    await caughtUp();
    await Promise.all(runners.map((runner) => runner.stop()));
    await add(store, tallyStream(0), 3, [10]);
    run();
    await caughtUp();
    expect(await tally.sums()).toMatchObject({ [tallyStream(0)]: { sum: 16, revisions: [0, 1, 2, 3] } });
  });
});

describe('poison', () => {
  test.each([
    ['the program throws', 'a word'],
    ['PostgreSQL refuses the value', 5_000_000_000],
  ])('parks itself and what follows in its stream when %s; the others flow', async (_, poison) => {
    tally.disturb = (events) => {
      if (events.some(({ data }) => JSON.stringify(data).includes('word')))
        throw new TypeError('not a number');
    };
    run();
    await add(store, tallyStream(0), 0, [1, poison, 2]);
    await add(store, tallyStream(1), 0, [4]);
    await caughtUp();
    await add(store, tallyStream(0), 3, [3]);
    await add(store, tallyStream(1), 1, [5]);
    await caughtUp();
    expect(await tally.sums()).toEqual({
      [tallyStream(0)]: { sum: 1, revisions: [0] },
      [tallyStream(1)]: { sum: 9, revisions: [0, 1] },
    });
    expect(await tally.parked()).toEqual([
      { stream: tallyStream(0), revision: 1, fault: expect.stringMatching(/number|integer/) },
      { stream: tallyStream(0), revision: 2, fault: null },
      { stream: tallyStream(0), revision: 3, fault: null },
    ]);
    const [status] = await statusOf(tally.pool, store, [tally.projection]);
    expect(status).toMatchObject({ lag: 0n, parked: 3 });
    expect(status && faultOfView(status)).toMatch(/3 events are parked/);
  });

  test('is taken up again in order by a retry, as far as it goes well', async () => {
    let isMended = false;
    tally.disturb = (events) => {
      if (!isMended && events.some(({ stream }) => stream === tallyStream(0))) throw new Error('not yet');
      if (events.some(({ data }) => JSON.stringify(data) === '{"n":7}')) throw new Error('never');
    };
    run();
    await add(store, tallyStream(0), 0, [1, 2, 7, 4]);
    await caughtUp();
    expect(await retryParked(target(), store)).toEqual({ processed: 0, stillParked: 4 });
    isMended = true;
    expect(await retryParked(target(), store)).toEqual({ processed: 2, stillParked: 2 });
    expect(await tally.parked()).toEqual([
      { stream: tallyStream(0), revision: 2, fault: 'Error: never' },
      { stream: tallyStream(0), revision: 3, fault: null },
    ]);
    tally.disturb = () => undefined;
    expect(await retryParked(target(), store)).toEqual({ processed: 2, stillParked: 0 });
    await add(store, tallyStream(0), 4, [5]);
    await caughtUp();
    expect(await tally.sums()).toEqual({ [tallyStream(0)]: { sum: 19, revisions: [0, 1, 2, 3, 4] } });
  });

  test('among a thousand events is found by halving, and is reported', async () => {
    let calls = 0;
    const failed: unknown[] = [];
    tally.disturb = (events) => {
      calls += 1;
      if (events.some(({ data }) => JSON.stringify(data) === '{"n":700}')) throw new Error('never');
    };
    const numbers = Array.from({ length: 1_000 }, (_, n) => n);
    for (const n of numbers) await add(store, tallyStream(n % 100), Math.floor(n / 100), [n]);
    const feed: Feed = async function* ({ checkpoint, signal }) {
      const { position: after } = await checkpoint();
      const half = await store.readAll(after, 500);
      yield { after, events: [...half, ...(await store.readAll(after + 500n, 500))] };
      for await (const events of store.subscribe(1_000n, signal)) yield { after: 1_000n, events };
    };
    run({ feed, observe: { failed: (of) => void failed.push(of) } });
    await caughtUp();
    expect(await tally.parked()).toEqual([
      { stream: tallyStream(0), revision: 7, fault: 'Error: never' },
      { stream: tallyStream(0), revision: 8, fault: null },
      { stream: tallyStream(0), revision: 9, fault: null },
    ]);
    expect(calls).toBeLessThan(30);
    expect(failed).toEqual([
      {
        projection: 'tally',
        error: expect.objectContaining({ message: 'never' }),
        events: 1_000,
        parked: expect.arrayContaining([expect.objectContaining({ revision: 7, type: 'Added' })]),
      },
    ]);
    const sums = Object.values(await tally.sums());
    expect(sums.reduce((sum, row) => sum + row.sum, 0)).toBe(499_500 - 700 - 800 - 900);
  });

  test('a batch that fails only as a whole parks nothing', async () => {
    tally.disturb = (events) => {
      if (events.length > 1) throw new Error('too many at once');
    };
    await add(store, tallyStream(0), 0, [1, 2, 3]);
    run();
    await caughtUp();
    expect(await tally.parked()).toEqual([]);
    expect(await tally.sums()).toMatchObject({ [tallyStream(0)]: { sum: 6 } });
  });
});

test.each([
  '40P01',
  '40001',
  '53100',
  '53200',
  '55P03',
  '57P01',
  '57014',
  '58030',
  '42501',
  '42P01',
  'XX000',
])('SQLSTATE %s is no event’s fault: it is tried again and never parked', async (code) => {
  let failures = 3;
  tally.disturb = async (_, rows) => {
    failures -= 1;
    if (failures >= 0) await rows.query(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`);
  };
  const runner = run();
  await add(store, tallyStream(0), 0, [1, 2]);
  await caughtUp();
  expect(await tally.parked()).toEqual([]);
  expect(await tally.sums()).toEqual({ [tallyStream(0)]: { sum: 3, revisions: [0, 1] } });
  expect(runner.problems.size).toBe(0);
});

describe('a checkpoint that the log does not bear out', () => {
  test('stops the projection, which says so, until it is rebuilt', async () => {
    await add(store, tallyStream(0), 0, [1, 2, 3]);
    run();
    await caughtUp();
    await Promise.all(runners.map((runner) => runner.stop()));
    // The same positions in a log restored to an older state, which then went another way.
    store = inMemoryEventStore();
    await add(store, tallyStream(0), 0, [1, 2]);
    await add(store, tallyStream(1), 0, [30, 40]);
    const runner = run();
    await waitFor('the problem', () => runner.problems.get('tally') instanceof CheckpointLost);
    expect(await tally.sums()).toEqual({ [tallyStream(0)]: { sum: 6, revisions: [0, 1, 2] } });
    const [status] = await statusOf(tally.pool, store, [tally.projection]);
    expect(status && faultOfView(status, runner.problems.get('tally'))).toMatch(/the log does not hold/);
    const owner = new Pool({ connectionString: tally.ownerUrl });
    await rebuild(tally.projection, { owner, store, decoder });
    await owner.end();
    await waitFor('the runner', () => runner.problems.size === 0);
    expect(await tally.sums()).toEqual({
      [tallyStream(0)]: { sum: 3, revisions: [0, 1] },
      [tallyStream(1)]: { sum: 70, revisions: [0, 1] },
    });
  });
});

describe('waiting for a position', () => {
  test('ends when the view is there, whichever process brought it there', async () => {
    const elsewhere = new ViewPositions(tally.pool);
    run();
    await add(store, tallyStream(0), 0, [1]);
    await elsewhere.waitFor(['tally'], 1n, 10_000);
    expect(await tally.sums()).toMatchObject({ [tallyStream(0)]: { sum: 1 } });
    expect(await elsewhere.at('tally')).toBe(1n);
  });

  test('is told after its time that the view is behind', async () => {
    const positions = new ViewPositions(tally.pool);
    await expect(positions.waitFor(['tally'], 1n, 60)).rejects.toMatchObject({
      projection: 'tally',
      parked: false,
    });
  });

  test('a parked event is not in the view, however far the view is', async () => {
    tally.disturb = (events) => {
      if (events.some(({ stream }) => stream === tallyStream(0))) throw new Error('poison');
    };
    const positions = new ViewPositions(tally.pool);
    run({ positions });
    await add(store, tallyStream(0), 0, [1, 2]);
    await add(store, tallyStream(1), 0, [3]);
    await caughtUp();
    await expect(positions.waitFor(['tally'], 2n, 1_000)).rejects.toMatchObject({ parked: true });
    await expect(positions.waitFor(['tally'], 2n, 1_000)).rejects.toBeInstanceOf(ViewBehind);
    await expect(positions.waitFor(['tally'], 3n, 1_000)).resolves.toBeUndefined();
  });
});

test('no more than two batches are held, however slow the rows', async () => {
  let given = 0;
  let written = 0;
  const most: number[] = [];
  const feed: Feed = async function* ({ checkpoint, signal }) {
    let { position: after } = await checkpoint();
    for await (const page of store.subscribe(after, signal))
      for (const event of page) {
        given += 1;
        most.push(given - written);
        yield { after, events: [event] };
        after = event.position;
      }
  };
  await add(
    store,
    tallyStream(0),
    0,
    Array.from({ length: 60 }, () => 1),
  );
  run({ feed, observe: { projected: () => void (written += 1) } });
  await caughtUp();
  expect(Math.max(...most)).toBeLessThanOrEqual(2);
});

import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { type EventStore, inMemoryEventStore } from '#event-sourcing';
import { add, openTally, type Tally, tallyDecoder, tallyStream } from '../../../../test/support/tally.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { AlreadyRebuilding } from './one-at-a-time.js';
import { ProjectionRunner } from './projection-runner.js';
import { rebuild } from './rebuild.js';
import { statusOf } from './status.js';
import { WriteUnavailable } from './transaction.js';
import { ViewPositions } from './view-positions.js';

let tally: Tally;
let store: EventStore;
let owner: Pool;
let runner: ProjectionRunner;
const decoder = tallyDecoder('Added');
beforeAll(async () => {
  tally = await openTally();
  owner = new Pool({ connectionString: tally.ownerUrl });
  owner.on('error', () => undefined); // tests end connections
});
beforeEach(async () => {
  await tally.reset();
  store = inMemoryEventStore();
  const { pool, projection } = tally;
  const positions = new ViewPositions(pool);
  runner = new ProjectionRunner({
    ...{ pool, projections: [projection], decoder, store, positions },
    retryMs: { first: 5, max: 50 },
  });
  runner.start();
});
afterEach(() => runner.stop());
afterAll(async () => {
  await owner.end();
  await tally.close();
});

const caughtUp = () => waitFor('the view', async () => (await tally.position()) === (await store.head()));
const rebuilt = () => rebuild(tally.projection, { owner, store, decoder });
const same = { tables: [{ table: 'sums', isSame: true }] };
async function schemas(): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'tally%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

test('a rebuild beside a running projection gives the same rows and loses nothing that comes meanwhile', async () => {
  for (let n = 0; n < 30; n += 1) await add(store, tallyStream(n), 0, [n, 1]);
  await caughtUp();
  const done = new AbortController();
  const rebuilding = rebuilt().finally(() => done.abort());
  let n = 30;
  for (; (!done.signal.aborted || n < 60) && n < 5_000; n += 1) {
    await add(store, tallyStream(n), 0, [n, 1]);
    await setImmediate(); // a store in memory would let nobody else run
  }
  const { position, parked, comparison } = await rebuilding;
  expect(parked).toBe(0);
  expect(position).toBeGreaterThanOrEqual(60n);
  expect(comparison).toMatchObject(same);
  await add(store, tallyStream(0), 2, [100]);
  await caughtUp();
  const sums = await tally.sums();
  expect(Object.keys(sums)).toHaveLength(n);
  expect(Object.values(sums).reduce((sum, row) => sum + row.sum, 0)).toBe((n * (n - 1)) / 2 + n + 100);
  expect(await schemas()).toEqual(['tally', 'tally_old']);
});

test('whatever the history, what is rebuilt is what was live', async () => {
  const revisions = new Map<number, number>();
  const added = fc.record({
    stream: fc.nat(7),
    numbers: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 5 }),
  });
  const history = async (all: readonly { stream: number; numbers: number[] }[]) => {
    for (const { stream, numbers } of all) {
      const from = revisions.get(stream) ?? 0;
      await add(store, tallyStream(stream), from, numbers);
      revisions.set(stream, from + numbers.length);
    }
    await caughtUp();
    const live = await tally.sums();
    expect(await rebuilt()).toMatchObject({ position: await store.head(), comparison: same });
    expect(await tally.sums()).toEqual(live);
  };
  await fc.assert(fc.asyncProperty(fc.array(added, { minLength: 1, maxLength: 20 }), history), {
    numRuns: 12,
  });
});

describe('a live view that is not what the log says', () => {
  beforeEach(async () => {
    for (let n = 0; n < 3; n += 1) await add(store, tallyStream(n), 0, [n, 1]);
    await caughtUp();
  });

  test.each([
    ['a row that was changed', `UPDATE tally.sums SET sum = sum + 1 WHERE stream LIKE '%2'`, 3],
    ['a row that is missing', `DELETE FROM tally.sums WHERE stream LIKE '%2'`, 2],
    ['a row too many', `INSERT INTO tally.sums VALUES ('tally-9', 1, '{0}')`, 4],
  ])('is found out by %s, and replaced', async (_, tamper, liveRows) => {
    const right = await tally.sums();
    await owner.query(tamper);
    const { comparison } = await rebuilt();
    expect(comparison).toEqual({
      position: 6n,
      tables: [{ table: 'sums', liveRows, rebuiltRows: 3, isSame: false }],
    });
    expect(await tally.sums()).toEqual(right);
    expect((await rebuilt()).comparison).toMatchObject(same);
  });

  test('is replaced also when it cannot be read', async () => {
    await owner.query(
      'ALTER TABLE tally.sums RENAME TO renamed; CREATE VIEW tally.sums AS SELECT * FROM tally.renamed',
    );
    expect((await rebuilt()).comparison).toMatchObject({
      tables: [
        { table: 'renamed', isSame: false },
        { table: 'sums', isSame: false },
      ],
    });
    await owner.query('ALTER TABLE tally.sums DROP COLUMN revisions');
    expect((await rebuilt()).comparison).toMatchObject({ tables: [{ isSame: false }] });
  });

  test('is compared when the same events are parked in both, and not when others are', async () => {
    tally.disturb = (events) => {
      if (events.some(({ stream }) => stream === tallyStream(2))) throw new Error('poison');
    };
    await add(store, tallyStream(2), 2, [1]);
    await caughtUp();
    expect((await rebuilt()).comparison).toEqual({
      notCompared: '1 events were parked in it, 3 are in the rebuilt one',
    });
    expect((await rebuilt()).comparison).toMatchObject(same);
  });

  test('is not compared when another version made it', async () => {
    const upgraded = { ...tally.projection, shape: 'another' };
    const { comparison } = await rebuild(upgraded, { owner, store, decoder });
    expect(comparison).toEqual({ notCompared: 'its rows were made by another version' });
  });
});

test('a view that never ran is built up to the end of the log', async () => {
  await runner.stop();
  await tally.pool.query('DELETE FROM projections.checkpoints');
  await add(store, tallyStream(0), 0, [1, 2]);
  expect(await rebuilt()).toMatchObject({ position: 2n, comparison: { notCompared: 'it held nothing yet' } });
});

test('one rebuild of a view at a time', async () => {
  let second: Promise<unknown> | undefined;
  const progress = () => {
    second ??= rebuilt().catch((error: unknown) => error);
  };
  tally.disturb = async () => void (await second);
  await add(store, tallyStream(0), 0, [1]);
  await rebuild(tally.projection, { owner, store, decoder, progress });
  expect(await second).toBeInstanceOf(AlreadyRebuilding);
});

test('a rebuild that dies leaves the live rows serving, and the next one succeeds', async () => {
  await add(store, tallyStream(0), 0, [1, 2]);
  await caughtUp();
  const dying = {
    ...tally.projection,
    project: async (...[, rows]: Parameters<typeof tally.projection.project>) => {
      await rows.query('SELECT pg_terminate_backend(pg_backend_pid())');
    },
  };
  await expect(rebuild(dying, { owner, store, decoder })).rejects.toBeInstanceOf(WriteUnavailable);
  expect(await tally.sums()).toEqual({ [tallyStream(0)]: { sum: 3, revisions: [0, 1] } });
  await rebuilt();
  expect(await tally.sums()).toEqual({ [tallyStream(0)]: { sum: 3, revisions: [0, 1] } });
});

test('whoever still reads what was replaced before holds up its end, and only that', async () => {
  await add(store, tallyStream(0), 0, [1, 2]);
  await caughtUp();
  await rebuilt();
  const reader = await owner.connect();
  await reader.query('BEGIN; SELECT FROM tally_old.sums');
  const doomed = new Pool({ connectionString: tally.ownerUrl, application_name: 'doomed' });
  doomed.on('error', () => undefined);
  const dying = rebuild(tally.projection, { owner: doomed, store, decoder }).catch((error: unknown) => error);
  await waitFor('the switch', async () => (await schemas()).includes('tally_gone'));
  await add(store, tallyStream(0), 2, [3]);
  await caughtUp();
  await owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'doomed'`,
  );
  expect(await dying).toBeInstanceOf(WriteUnavailable);
  await reader.query('COMMIT');
  reader.release();
  await doomed.end();
  expect(await rebuilt()).toMatchObject({ continuedFrom: 0n, comparison: same });
  expect(await tally.sums()).toEqual({ [tallyStream(0)]: { sum: 6, revisions: [0, 1, 2] } });
  expect(await schemas()).toEqual(['tally', 'tally_old']);
});

describe('what an interrupted rebuild left', () => {
  beforeEach(async () => {
    await add(store, tallyStream(0), 0, [1, 2]);
    await caughtUp();
    const dying = {
      owner,
      store,
      decoder,
      progress: ({ doing }: { doing: string }) => {
        if (doing === 'comparing') throw new Error('no more');
      },
    };
    await expect(rebuild(tally.projection, dying)).rejects.toThrow('no more');
    const [status] = await statusOf(tally.pool, store, [{ ...tally.projection, name: 'tally_next' }]);
    expect(status).toMatchObject({ position: 2n, isOfThisLog: true });
  });

  test('is gone on with', async () => {
    expect(await rebuilt()).toMatchObject({ continuedFrom: 2n, events: 0, position: 2n, comparison: same });
  });

  test.each([
    [
      'its rows are of another shape',
      `UPDATE projections.checkpoints SET shape = 'other' WHERE name = 'tally_next'`,
    ],
    ['its tables are others', `COMMENT ON SCHEMA tally_next IS '{"tables":"others","putOff":[]}'`],
    [
      'the log does not hold the event it stands on',
      `UPDATE projections.checkpoints SET event_id = gen_random_uuid() WHERE name = 'tally_next'`,
    ],
    ['its checkpoint is missing', `DELETE FROM projections.checkpoints WHERE name = 'tally_next'`],
  ])('is begun anew when %s', async (_, change) => {
    await owner.query(change);
    expect(await rebuilt()).toMatchObject({ continuedFrom: 0n, events: 2, comparison: same });
  });
});

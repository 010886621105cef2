import { setImmediate } from 'node:timers/promises';
import { Pool } from 'pg';
import { type EventStore, inMemoryEventStore } from '#event-sourcing';
import { add, openTally, type Tally, tallyDecoder, tallyStream } from '../../../../test/support/tally.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { NoSuchView, ShapeChanged } from './checkpoints.js';
import { ProjectionRunner } from './projection-runner.js';
import { rebuild } from './rebuild.js';
import { statusOf } from './status.js';
import { dropOld, switchBack } from './switch-back.js';
import { ViewPositions } from './view-positions.js';

let tally: Tally;
let store: EventStore;
let owner: Pool;
const running: ProjectionRunner[] = [];
const decoder = tallyDecoder('Added');
beforeAll(async () => {
  tally = await openTally();
  owner = new Pool({ connectionString: tally.ownerUrl });
});
beforeEach(async () => {
  await tally.reset();
  store = inMemoryEventStore();
});
afterEach(async () => {
  for (const runner of running.splice(0)) await runner.stop();
});
afterAll(async () => {
  await owner.end();
  await tally.close();
});

const upgraded = () => ({ ...tally.projection, shape: 'another' });
function run(projection = tally.projection): ProjectionRunner {
  const { pool } = tally;
  const positions = new ViewPositions(pool);
  const times = { retryMs: { first: 5, max: 50 }, lookForOldMs: 20 };
  const runner = new ProjectionRunner({
    pool,
    projections: [projection],
    decoder,
    store,
    positions,
    ...times,
  });
  running.push(runner);
  runner.start();
  return runner;
}
const options = () => ({ owner, store, decoder });
const statusNamed = async (name: string) => {
  const [status] = await statusOf(tally.pool, store, [{ ...tally.projection, name }]);
  return status;
};
const caughtUp = (name = 'tally') =>
  waitFor(`the view ${name}`, async () => (await statusNamed(name))?.position === (await store.head()));
const sumIn = async (schema: string) => {
  const { rows } = await owner.query<{ sum: number }>(`SELECT sum(sum)::integer AS sum FROM ${schema}.sums`);
  return rows[0]?.sum;
};

test('what was replaced stays fed, and serves again after a switch back, as the other does after another', async () => {
  const runner = run();
  await add(store, tallyStream(0), 0, [1, 2]);
  await caughtUp();
  await owner.query('UPDATE tally.sums SET sum = 100');
  await rebuild(tally.projection, options());
  await add(store, tallyStream(0), 2, [3]);
  await caughtUp();
  await caughtUp('tally_old');
  expect([await sumIn('tally'), await sumIn('tally_old')]).toEqual([6, 103]);
  expect(await switchBack(tally.projection, options())).toEqual({ position: 3n, parked: 0 });
  expect([await sumIn('tally'), await sumIn('tally_old')]).toEqual([103, 6]);
  await add(store, tallyStream(0), 3, [4]);
  await caughtUp();
  await caughtUp('tally_old');
  await switchBack(tally.projection, options());
  expect([await sumIn('tally'), await sumIn('tally_old')]).toEqual([10, 107]);
  expect(runner.problems.size).toBe(0);
});

test('a switch back while events come loses none and repeats none, whether or not somebody feeds what was replaced', async () => {
  const runner = run();
  await add(store, tallyStream(0), 0, [1]);
  await caughtUp();
  await rebuild(tally.projection, options());
  await runner.stop();
  let n = 1;
  for (let times = 0; times < 4; times += 1) {
    if (times === 2) run();
    const done = new AbortController();
    const switching = switchBack(tally.projection, options()).finally(() => done.abort());
    for (const until = n + 20; !done.signal.aborted || n < until; n += 1) {
      await add(store, tallyStream(0), n, [1]);
      await setImmediate(); // a store in memory would let nobody else run
    }
    expect((await switching).parked).toBe(0);
  }
  await caughtUp();
  await caughtUp('tally_old');
  expect([await sumIn('tally'), await sumIn('tally_old')]).toEqual([n, n]);
  const { [tallyStream(0)]: row } = await tally.sums();
  expect(row?.revisions).toEqual(Array.from({ length: n }, (_, revision) => revision));
});

test('while an upgrade rolls, the older program feeds and switches back to what it made, and the newer one does not', async () => {
  const old = run();
  await add(store, tallyStream(0), 0, [1]);
  await caughtUp();
  const newer = run(upgraded());
  await rebuild(upgraded(), options());
  await add(store, tallyStream(0), 1, [2]);
  await caughtUp();
  await caughtUp('tally_old');
  expect(await statusNamed('tally_old')).toMatchObject({ isOfThisShape: true, lag: 0n });
  await waitFor('the older program', () => old.problems.get('tally') instanceof ShapeChanged);
  expect([...newer.problems.keys()]).toEqual([]);
  expect([...old.problems.keys()]).toEqual(['tally']);
  await expect(switchBack(upgraded(), options())).rejects.toThrow(
    'what was replaced was made by another version, whose program can switch back to it',
  );
  await switchBack(tally.projection, options());
  await add(store, tallyStream(0), 2, [3]);
  await caughtUp();
  expect(await sumIn('tally')).toBe(6);
});

test('what was replaced is dropped when somebody says so, and nobody makes it again', async () => {
  const runner = run();
  await add(store, tallyStream(0), 0, [1]);
  await caughtUp();
  await expect(switchBack(tally.projection, options())).rejects.toBeInstanceOf(NoSuchView);
  await expect(dropOld(tally.projection, options())).rejects.toThrow('there is no tally_old');
  await rebuild(tally.projection, options());
  await add(store, tallyStream(0), 1, [2]);
  await caughtUp('tally_old');
  await dropOld(tally.projection, options());
  await add(store, tallyStream(0), 2, [3]);
  await caughtUp();
  await waitFor('the runner', () => runner.problems.size === 0);
  const { rows } = await owner.query('SELECT name FROM projections.checkpoints');
  expect(rows).toEqual([{ name: 'tally' }]);
  await expect(sumIn('tally_old')).rejects.toThrow('does not exist');
});

import { Pool } from 'pg';
import { type EventStore, inMemoryEventStore } from '#event-sourcing';
import { add, openTally, type Tally, tallyDecoder, tallyStream } from '../../../../test/support/tally.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { ProjectionRunner } from './projection-runner.js';
import { rebuild } from './rebuild.js';
import { ShapeChanged } from './checkpoints.js';
import { faultOfView, statusOf } from './status.js';
import { ViewPositions } from './view-positions.js';

let tally: Tally;
let store: EventStore;
const running: ProjectionRunner[] = [];
beforeEach(async () => {
  tally = await openTally();
  store = inMemoryEventStore();
});
afterEach(async () => {
  for (const runner of running.splice(0)) await runner.stop();
  await tally.close();
});

const decoder = tallyDecoder('Added');
const upgraded = () => ({ ...tally.projection, shape: 'another' });
function run(projection = tally.projection): ProjectionRunner {
  const runner = new ProjectionRunner({
    pool: tally.pool,
    projections: [projection],
    decoder,
    store,
    positions: new ViewPositions(tally.pool),
    retryMs: { first: 5, max: 50 },
  });
  running.push(runner);
  runner.start();
  return runner;
}
const caughtUp = () => waitFor('the view', async () => (await tally.position()) === (await store.head()));
const isStopped = (runner: ProjectionRunner) =>
  waitFor('the problem', () => runner.problems.get('tally') instanceof ShapeChanged);
const faultFor = async (projection = tally.projection) => {
  const [status] = await statusOf(tally.pool, store, [projection]);
  return status && faultOfView(status);
};

test('a program whose rows are of another shape leaves them alone and says so, until they are rebuilt', async () => {
  const old = run();
  await add(store, tallyStream(0), 0, [1, 2]);
  await caughtUp();
  const upgradedRunner = run(upgraded());
  await isStopped(upgradedRunner);
  expect(await faultFor(upgraded())).toMatch(/inquest projections rebuild tally/);
  expect(await faultFor()).toBeUndefined();
  await add(store, tallyStream(0), 2, [3]);
  await caughtUp();

  const owner = new Pool({ connectionString: tally.ownerUrl });
  await rebuild(upgraded(), { owner, store, decoder });
  await owner.end();
  await add(store, tallyStream(0), 3, [4]);
  await caughtUp();
  await isStopped(old);
  await waitFor('the upgraded runner', () => upgradedRunner.problems.size === 0);
  expect(await tally.sums()).toEqual({ [tallyStream(0)]: { sum: 10, revisions: [0, 1, 2, 3] } });
  expect(await tally.parked()).toEqual([]);
  expect(await faultFor(upgraded())).toBeUndefined();
});

test('a view that holds nothing yet takes on the shape of the program that runs it', async () => {
  const runner = run();
  await waitFor(
    'the checkpoint',
    async () => (await tally.pool.query('SELECT FROM projections.checkpoints')).rowCount,
  );
  await runner.stop();
  run(upgraded());
  await add(store, tallyStream(0), 0, [1]);
  await caughtUp();
});

import { setImmediate } from 'node:timers/promises';
import { type EventStore, inMemoryEventStore } from '#event-sourcing';
import { add, openTally, type Tally, tallyDecoder, tallyStream } from '../../../../test/support/tally.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { ProjectionRunner, type RunnerObserver } from './projection-runner.js';
import { ViewPositions } from './view-positions.js';

// An upgrade that rolls: processes of the old and of the new program project side by side for a while.

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

function run(types: readonly string[], observe: RunnerObserver = {}): ProjectionRunner {
  const runner = new ProjectionRunner({
    pool: tally.pool,
    projections: [{ ...tally.projection, types: new Set(types) }],
    decoder: tallyDecoder(...types),
    store,
    positions: new ViewPositions(tally.pool),
    retryMs: { first: 5, max: 50 },
    observe,
  });
  running.push(runner);
  runner.start();
  return runner;
}
const oldProgram = () => run(['Added']);
const newProgram = () => run(['Added', 'Counted']);
const caughtUp = () => waitFor('the view', async () => (await tally.position()) === (await store.head()));
const mended = () => waitFor('the retry', async () => (await tally.parked()).length === 0);

test('what only a newer program knows is parked with what follows in its stream, and taken up after the upgrade', async () => {
  const old = oldProgram();
  await add(store, tallyStream(0), 0, [1]);
  await add(store, tallyStream(0), 1, [2], 'Counted');
  await add(store, tallyStream(0), 2, [4]);
  await add(store, tallyStream(1), 0, [8]);
  await caughtUp();
  expect(await tally.parked()).toEqual([
    { stream: tallyStream(0), revision: 1, fault: 'UndecodableEvent: tally has no event Counted' },
    { stream: tallyStream(0), revision: 2, fault: null },
  ]);
  expect(await tally.sums()).toEqual({
    [tallyStream(0)]: { sum: 1, revisions: [0] },
    [tallyStream(1)]: { sum: 8, revisions: [0] },
  });
  await old.stop();
  newProgram();
  await mended();
  expect(await tally.sums()).toMatchObject({ [tallyStream(0)]: { sum: 7, revisions: [0, 1, 2] } });
});

test('a newer program takes up what an older one beside it parks', async () => {
  const failures: unknown[] = [];
  run(['Added'], { failed: ({ error }) => void failures.push(error) });
  newProgram();
  let n = 0;
  // They take turns as it comes: until the older one has met what it does not know.
  for (; n < 40 || failures.length === 0; n += 1) {
    await add(store, tallyStream(n), 0, [1], 'Counted');
    await add(store, tallyStream(n), 1, [1]);
    await setImmediate(); // a store in memory would let nobody else run
  }
  await caughtUp();
  await mended();
  expect(Object.values(await tally.sums()).map(({ sum }) => sum)).toEqual(Array.from({ length: n }, () => 2));
});

import { type EventStore, inMemoryEventStore } from '#event-sourcing';
import { add, openTally, type Tally, tallyDecoder, tallyStream } from '../../../../test/support/tally.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { ProjectionRunner } from './projection-runner.js';
import { faultOfView, statusOf } from './status.js';
import { ViewPositions } from './view-positions.js';

let tally: Tally;
beforeEach(async () => {
  tally = await openTally();
});
afterEach(() => tally.close());

const minuteAgo = () => inMemoryEventStore({ now: () => new Date(Date.now() - 60_000) });
const faultIn = async (store: EventStore) => {
  const [status] = await statusOf(tally.pool, store, [tally.projection]);
  return status && faultOfView(status);
};

async function project(store: EventStore): Promise<void> {
  const runner = new ProjectionRunner({
    pool: tally.pool,
    projections: [tally.projection],
    decoder: tallyDecoder('Added'),
    store,
    positions: new ViewPositions(tally.pool),
  });
  runner.start();
  await waitFor('the view', async () => (await tally.position()) === (await store.head()));
  await runner.stop();
}

test('a view that never ran is a fault once there is an event that it should have taken in long ago', async () => {
  expect(await faultIn(minuteAgo())).toBeUndefined();
  const recent = inMemoryEventStore();
  await add(recent, tallyStream(0), 0, [1]);
  expect(await faultIn(recent)).toBeUndefined();
  const old = minuteAgo();
  await add(old, tallyStream(0), 0, [1, 2]);
  expect(await faultIn(old)).toBe('2 positions behind and not moving');
});

test.each([
  ['past the end of', []],
  ['on another event of', [3, 4]],
])('a view that stands %s the log is a fault in every process', async (_, numbers) => {
  const store = inMemoryEventStore();
  await add(store, tallyStream(0), 0, [1, 2]);
  await project(store);
  expect(await faultIn(store)).toBeUndefined();
  const restored = inMemoryEventStore();
  await add(restored, tallyStream(0), 0, numbers.length > 0 ? numbers : [1]);
  expect(await faultIn(restored)).toBe(
    'stands at position 2 on an event that the log does not hold: run inquest projections rebuild tally',
  );
});

import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Pool } from 'pg';
import { type PostgresEventStore, postgresEventStore } from '#event-store-postgres';
import { spawnModule } from '../../../../test/support/spawn-module.js';
import { add, openTally, type Tally, tallyDecoder, tallyStream } from '../../../../test/support/tally.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { ProjectionRunner } from './projection-runner.js';
import { rebuild } from './rebuild.js';
import { ViewPositions } from './view-positions.js';

// A rebuild in a process of its own, which is killed for good where it is told to stand still.

let tally: Tally;
let store: PostgresEventStore;
let owner: Pool;
let runner: ProjectionRunner;
const decoder = tallyDecoder('Added');
beforeAll(async () => {
  tally = await openTally();
  store = postgresEventStore({ url: tally.appUrl });
  owner = new Pool({ connectionString: tally.ownerUrl });
  const { pool, projection } = tally;
  const positions = new ViewPositions(pool);
  runner = new ProjectionRunner({ pool, projections: [projection], decoder, store, positions });
  runner.start();
});
afterAll(async () => {
  await runner.stop();
  await store.close();
  await owner.end();
  await tally.close();
});

const caughtUp = () => waitFor('the view', async () => (await tally.position()) === (await store.head()));

/** Runs it until it stands still: in the midst of the batch that begins there, or when it begins to compare. */
async function killedAt(place: string): Promise<{ continuedFrom: string }> {
  const child = spawnModule(
    rebuilding,
    [tally.ownerUrl, place],
    ['--import', './test/support/typescript.mjs'],
  );
  child.stderr?.pipe(process.stderr);
  const exited = once(child, 'exit');
  try {
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    const ended = exited.then(() => Promise.reject(new Error('it ended before it stood still')));
    const [line]: string[] = await Promise.race([once(lines, 'line'), ended]);
    return JSON.parse(line ?? '');
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

const rebuilding = `
  import { writeSync } from 'node:fs';
  const [url, place] = process.argv.slice(1);
  const { default: pg } = await import('pg');
  const { postgresEventStore } = await import('#event-store-postgres');
  const { rebuild } = await import('#read-models');
  const { tallyProjection, tallyDecoder } = await import('./test/support/tally.ts');
  let continuedFrom = 0n;
  const standStill = () => {
    writeSync(1, JSON.stringify({ continuedFrom: String(continuedFrom) }) + '\\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  const projection = tallyProjection(async (events, rows) => {
    await rows.query("INSERT INTO sums VALUES ('half a batch', 0, '{}')");
    if (String(events[0].position) === place) standStill();
    await rows.query("DELETE FROM sums WHERE stream = 'half a batch'");
  });
  await rebuild(projection, {
    owner: new pg.Pool({ connectionString: url }),
    store: postgresEventStore({ url }),
    decoder: tallyDecoder('Added'),
    bounds: { batchEventsMax: 500, stretchEventsMax: 2000, keptEventsMax: 100 },
    progress: (at) => {
      continuedFrom = at.continuedFrom;
      if (at.doing === place) standStill();
    },
  });
`;

test('a rebuild that is killed in the midst of the copy, and again before the switch, goes on and equals the live one', async () => {
  const ones = Array.from({ length: 250 }, () => 1);
  for (let n = 0; n < 20; n += 1) await add(store, tallyStream(n), 0, ones);
  await caughtUp();
  expect(await killedAt('3001')).toEqual({ continuedFrom: '0' });
  await add(store, tallyStream(0), 250, [1]);
  await caughtUp();
  expect(await killedAt('comparing')).toEqual({ continuedFrom: '2000' });
  await add(store, tallyStream(0), 251, [1]);
  await caughtUp();
  const live = await tally.sums();
  const outcome = await rebuild(tally.projection, { owner, store, decoder });
  expect(outcome).toMatchObject({
    continuedFrom: 5_001n,
    events: 1,
    position: 5_002n,
    comparison: { position: 5_002n, tables: [{ isSame: true }] },
  });
  expect(await tally.sums()).toEqual(live);
  expect(live[tallyStream(0)]?.sum).toBe(252);
  expect(Object.keys(live)).toHaveLength(20);
}, 60_000);

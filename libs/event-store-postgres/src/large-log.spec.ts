import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { noStream } from '#event-sourcing';
import { sampleEvent, sampleStream } from '#event-sourcing/contract';
import {
  asOwner,
  type EventStoreDatabase,
  eventStoreDatabase,
} from '../../../test/support/event-store-database.js';
import { testScale } from '../../../test/support/test-scale.js';
import { postgresEventStore, type PostgresEventStore } from './postgres-event-store.js';

const events = 100_000 * testScale;
const longStream = sampleStream();

let database: EventStoreDatabase;
let store: PostgresEventStore;
beforeAll(async () => {
  database = await eventStoreDatabase();
  store = postgresEventStore({ url: database.appUrl });
  // The connections are there, and have planned their statements, while the log is empty: as it is in real life.
  for (let n = 0; n < 20; n += 1) {
    await store.append(sampleStream(), noStream, [sampleEvent()]);
    await Promise.all(Array.from({ length: 8 }, () => store.readAll(0n, 10)));
  }
  await asOwner(database.ownerUrl, async (client) => {
    await client.query('analyze inquest.events');
    await client.query(fill, [events]);
    await client.query(fillStream, [longStream, 20_000]);
  });
}, 120_000);
afterAll(async () => {
  await store.close();
  await database.drop();
});

test('an append to a large log reads a few entries of its indexes and never the table', async () => {
  const before = await reads();
  for (let n = 0; n < 200; n += 1) {
    const stream = sampleStream();
    await store.append(stream, noStream, [sampleEvent()]);
    await store.append(stream, 0, [sampleEvent()]);
    await store.append(stream, 0, [sampleEvent()]).catch(() => undefined);
  }
  const after = await reads();
  expect(after.wholeTable).toBe(before.wholeTable);
  // Each append looks for the newest position and the stream's revision; a conflict also for what is at its place.
  expect(after.entries - before.entries).toBeLessThan(600 * 10);
});

test('pages of a large log and of a long stream are read from their indexes', async () => {
  const before = await reads();
  for (let position = 0n; position < events; position += BigInt(events / 50))
    await store.readAll(position, 100);
  for await (const page of store.readStream(longStream, { from: 10_000, to: 10_500 }))
    expect(page).not.toEqual([]);
  const after = await reads();
  expect(after.wholeTable).toBe(before.wholeTable);
  expect(after.entries - before.entries).toBeLessThan(50 * 110 + 1_200);
});

test('reading a large log to its end needs the memory of a few pages', async () => {
  const head = await store.head();
  const read = { events: 0, pages: 0, bytesMax: 0 };
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for await (const page of store.subscribe(0n, AbortSignal.timeout(30_000))) {
    read.events += page.length;
    read.pages += 1;
    if (read.pages % 10 === 0) collectGarbage();
    if (read.pages % 10 === 0)
      read.bytesMax = Math.max(read.bytesMax, process.memoryUsage().heapUsed - before);
    if (page.at(-1)?.position === head) break;
  }
  expect(BigInt(read.events)).toBe(head);
  // A page of these events has 1.5 MB, the log a hundred times that.
  expect(read.bytesMax).toBeLessThan(16 * 1024 * 1024);
});

test('a page of large events is bounded in bytes, and the next one goes on', async () => {
  const start = await store.head();
  const stream = sampleStream();
  for (let n = 0; n < 12; n += 1) await store.append(stream, n - 1, [sampleEvent('x'.repeat(800 * 1024))]);
  const pages = [];
  for (let after = start; ;) {
    const page = await store.readAll(after, 1_000);
    const last = page.at(-1);
    if (!last) break;
    after = last.position;
    pages.push(page.length);
  }
  expect(pages).toEqual([5, 5, 2]);
});

/** Node keeps `gc` from programs unless asked. */
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

interface Reads {
  readonly wholeTable: number;
  readonly entries: number;
}

/** What the server has read of the table so far, by its statistics, once every session has reported its own. */
async function reads(): Promise<Reads> {
  let found: Reads = { wholeTable: 0, entries: 0 };
  await asOwner(database.ownerUrl, async (client) => {
    // A session reports at the latest when it ends.
    await client.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const { rows } = await client.query<{ seq_scan: string; entries: string }>(statistics);
    found = { wholeTable: Number(rows[0]?.seq_scan), entries: Number(rows[0]?.entries) };
  });
  return found;
}

const statistics = `
  select seq_scan, (select sum(idx_tup_read) from pg_stat_user_indexes where relid = 'inquest.events'::regclass) as entries
  from pg_stat_user_tables where relid = 'inquest.events'::regclass`;

const fill = `
  insert into inquest.events
  select (select max(position) from inquest.events) + n, 'filled-' || gen_random_uuid(), 0, gen_random_uuid(), 'Filled', 1,
    json_build_object('note', repeat('x', 1000)), json_build_object('actor', repeat('y', 400)), now()
  from generate_series(1, $1) n`;
const fillStream = `
  insert into inquest.events
  select (select max(position) from inquest.events) + n, $1, n - 1, gen_random_uuid(), 'Filled', 1, '{}', '{}', now()
  from generate_series(1, $2) n`;

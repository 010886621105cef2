import { noStream, type RecordedEvent } from '#event-sourcing';
import { eventually, sampleEvent, sampleStream } from '#event-sourcing/contract';
import {
  asOwner,
  eventStoreDatabase,
  type EventStoreDatabase,
} from '../../../test/support/event-store-database.js';
import { heldSubscriptions } from '../../../test/support/postgres-disruptions.js';
import { type PostgresEventStore, postgresEventStore } from './postgres-event-store.js';

let database: EventStoreDatabase;
let writer: PostgresEventStore;
beforeAll(async () => {
  database = await eventStoreDatabase();
  writer = postgresEventStore({ url: database.appUrl });
});
afterAll(async () => {
  await writer.close();
  await database.drop();
});

const append = () => writer.append(sampleStream(), noStream, [sampleEvent()]);

test('a subscription that would look again in an hour hears at once of what another process appends', async () => {
  const hourMs = 3_600_000;
  await following({ pollMsMin: hourMs, pollMsMax: hourMs }, async (heard) => {
    await append();
    await eventually(() => heard.length === 1);
  });
});

test('the connection for hints is held while somebody waits, and given back', async () => {
  await following({}, async () => undefined);
  await eventually(async () => (await heldSubscriptions(database.ownerUrl)) === 0);
});

test('a subscription whose connection for hints was lost goes on hearing, and gets another', async () => {
  await following({ pollMsMin: 10, pollMsMax: 50 }, async (heard) => {
    await asOwner(database.ownerUrl, (client) => client.query(endListeners));
    await append();
    await eventually(() => heard.length === 1);
    await eventually(async () => (await heldSubscriptions(database.ownerUrl)) === 1);
  });
});

/** Runs the work while a store of its own follows the log, once that one holds its connection for hints. */
async function following(
  bounds: { pollMsMin?: number; pollMsMax?: number },
  work: (heard: readonly RecordedEvent[]) => Promise<void>,
): Promise<void> {
  const reader = postgresEventStore({ url: database.appUrl, ...bounds });
  const heard: RecordedEvent[] = [];
  const stop = new AbortController();
  const tail = (async (from: bigint) => {
    for await (const batch of reader.subscribe(from, stop.signal)) heard.push(...batch);
  })(await reader.head());
  try {
    await eventually(async () => (await heldSubscriptions(database.ownerUrl)) === 1);
    await work(heard);
  } finally {
    stop.abort();
    await tail;
    await reader.close();
  }
}

const endListeners = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'inquest listen'`;

import { type EventStore, LogRewound, noStream } from '#event-sourcing';
import { sampleEvent, sampleStream } from '#event-sourcing/contract';
import {
  asOwner,
  eventStoreDatabase,
  type EventStoreDatabase,
} from '../../../test/support/event-store-database.js';
import { type PostgresEventStore, postgresEventStore } from './postgres-event-store.js';

// The server comes back without its newest event, as after a restored backup or a failover that lost it.
let database: EventStoreDatabase;
let store: PostgresEventStore;
beforeEach(async () => {
  database = await eventStoreDatabase();
  store = postgresEventStore({ url: database.appUrl, pollMsMin: 5, pollMsMax: 20 });
});
afterEach(async () => {
  await store.close();
  await database.drop();
});

const stream = sampleStream();
const append = (to: EventStore, expected: number) => to.append(stream, expected, [sampleEvent()]);

test('a process that appended what is gone appends and reads no more, and says why', async () => {
  await append(store, noStream);
  await append(store, 0);
  await rewind();
  await expect(append(store, 1)).rejects.toMatchObject({
    name: 'StoreUnavailable',
    outcome: 'none',
    message: expect.stringContaining('no longer holds event'),
  });
  await expect(store.head()).rejects.toBeInstanceOf(LogRewound);
});

test('nor where another event took the place of the lost one', async () => {
  await append(store, noStream);
  await append(store, 0);
  await rewind();
  const elsewhere = postgresEventStore({ url: database.appUrl });
  await append(elsewhere, 0);
  await elsewhere.close();
  await expect(append(store, 1)).rejects.toMatchObject({ name: 'StoreUnavailable', outcome: 'none' });
});

test('a process that only read what is gone is told so, and its subscription ends with it', async () => {
  const other = postgresEventStore({ url: database.appUrl });
  await append(other, noStream);
  await append(other, 0);
  await other.close();
  const tail = store.subscribe(0n, AbortSignal.timeout(20_000))[Symbol.asyncIterator]();
  expect((await tail.next()).value).toHaveLength(2);
  const next = tail.next();
  await rewind();
  await expect(next).rejects.toBeInstanceOf(LogRewound);
  await expect(append(store, 1)).rejects.toMatchObject({ name: 'StoreUnavailable' });
});

test('a process started anew goes on with what is there', async () => {
  await append(store, noStream);
  await append(store, 0);
  await rewind();
  const anew = postgresEventStore({ url: database.appUrl });
  await expect(append(anew, 0)).resolves.toMatchObject({ revision: 1, position: 2n });
  await anew.close();
});

test('connections that are lost and made again lead to the same log, and nobody is stopped', async () => {
  await append(store, noStream);
  await endConnections();
  await expect(append(store, 0)).resolves.toMatchObject({ revision: 1 });
  expect(await store.head()).toBe(2n);
});

test('an append session that was led to a read-only server finds the way back by itself', async () => {
  await append(store, noStream);
  await settings('set default_transaction_read_only = on');
  await endConnections();
  const appended = append(store, 0);
  await expect(store.head()).resolves.toBe(1n);
  await settings('reset default_transaction_read_only');
  await expect(appended).resolves.toMatchObject({ revision: 1 });
});

async function rewind(): Promise<void> {
  await asOwner(database.ownerUrl, async (client) => {
    await client.query('alter table inquest.events disable trigger all');
    await client.query(
      'delete from inquest.events where position = (select max(position) from inquest.events)',
    );
    await client.query('alter table inquest.events enable always trigger events_append_only');
  });
  await endConnections();
}

async function endConnections(): Promise<void> {
  await asOwner(database.ownerUrl, (client) =>
    client.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where datname = current_database() and application_name like 'inquest %'`,
    ),
  );
}

/** Of the store's login in this database, from its next connection on. */
async function settings(change: string): Promise<void> {
  await asOwner(database.ownerUrl, async (client) => {
    const login = client.escapeIdentifier(new URL(database.appUrl).username);
    const name = client.escapeIdentifier(new URL(database.ownerUrl).pathname.slice(1));
    await client.query(`alter role ${login} in database ${name} ${change}`);
  });
}

import { randomUUID } from 'node:crypto';
import { noStream, Overloaded, StoreUnavailable } from '#event-sourcing';
import { sampleEvent, sampleStream } from '#event-sourcing/contract';
import { type PostgresEventStore, postgresEventStore } from '#event-store-postgres';
import { countOf, type EventStoreDatabase, eventStoreDatabase } from '../support/event-store-database.js';
import { heldSubscriptions } from '../support/postgres-disruptions.js';
import { type PostgresProxy, postgresProxy } from '../support/postgres-proxy.js';
import { waitFor } from '../support/wait-for.js';

// What becomes of an append when the network between the store and its server fails at the worst places.
const bounds = {
  connectTimeoutMs: 500,
  appendTimeoutMs: 3_000,
  lockTimeoutMs: 300,
  transactionTimeoutMs: 800,
};

let database: EventStoreDatabase;
let proxy: PostgresProxy;
/** Behind the proxy. */
let far: PostgresEventStore;
/** Beside the server. */
let near: PostgresEventStore;

beforeEach(async () => {
  database = await eventStoreDatabase();
  proxy = await postgresProxy(database.appUrl);
  far = postgresEventStore({ url: proxy.url, ...bounds, queuedRequestsMax: 50 });
  near = postgresEventStore({ url: database.appUrl, ...bounds });
  await far.append(sampleStream(), noStream, [sampleEvent()]);
});

afterEach(async () => {
  proxy.become('passes');
  await Promise.all([far.close(), near.close()]);
  await proxy.close();
  await database.drop();
});

test('a client cut off before its Sync holds up nobody for longer than the transaction timeout', async () => {
  const head = await near.head();
  proxy.become('cut-before-sync');
  const cut = far.append(sampleStream(), noStream, [sampleEvent()]).catch((error: unknown) => error);
  await waitFor('the cut-off client to hold the lock', () => countOf(database.ownerUrl, locks));
  // Resolves only within the bounds of the store itself, which are the same for everybody.
  await Promise.all(Array.from({ length: 20 }, () => near.append(sampleStream(), noStream, [sampleEvent()])));
  expect(await cut).toMatchObject({ name: 'StoreUnavailable', outcome: 'unknown' });
  expect(proxy.hit).toBeGreaterThan(0);
  await waitFor('every lock to be free', async () => (await countOf(database.ownerUrl, locks)) === 0);
  expect(await near.head()).toBe(head + 20n);
});

test('a request that reaches the server after its client gave up writes nothing', async () => {
  const head = await near.head();
  proxy.become('held');
  const held = far.append(sampleStream(), noStream, [sampleEvent()]);
  await expect(held).rejects.toMatchObject({ name: 'StoreUnavailable', outcome: 'unknown' });
  expect(proxy.hit).toBeGreaterThan(0);
  expect(await proxy.release()).toContain('INQ01');
  expect(await near.head()).toBe(head);
});

test('an append whose answer was lost is acknowledged in the end, and is there once', async () => {
  const stream = sampleStream();
  const events = [sampleEvent(), sampleEvent()];
  proxy.become('unanswered');
  const append = far.append(stream, noStream, events);
  const stored = await waitFor('the events to be stored', async () => {
    const pages = await near.readAll(1n, 10);
    return pages.length > 0 && pages;
  });
  proxy.become('passes');
  expect(await append).toEqual({ revision: 1, position: stored.at(-1)?.position });
  expect(await near.head()).toBe(3n);
});

test('an append of which nobody will ever know says so, and its repeat finds it', async () => {
  const stream = sampleStream();
  const events = [sampleEvent()];
  proxy.become('unanswered');
  await expect(far.append(stream, noStream, events)).rejects.toMatchObject({ outcome: 'unknown' });
  proxy.become('passes');
  expect(await far.append(stream, noStream, events)).toEqual({ revision: 0, position: 2n });
  expect(await near.head()).toBe(2n);
});

test('a server out of reach is reported as such, nothing was written, and the store recovers by itself', async () => {
  proxy.become('refused');
  const stream = sampleStream();
  // The connection may still look whole to the first; whatever is sent into it may have arrived.
  await expect(far.append(sampleStream(), noStream, [sampleEvent()])).rejects.toBeInstanceOf(
    StoreUnavailable,
  );
  const append = far.append(stream, noStream, [sampleEvent()]);
  await expect(append).rejects.toMatchObject({ outcome: 'none' });
  await expect(far.head()).rejects.toMatchObject({ name: 'StoreUnavailable', outcome: 'none' });
  await expect(far.readAll(0n, 10)).rejects.toBeInstanceOf(StoreUnavailable);
  proxy.become('passes');
  await expect(far.append(stream, noStream, [sampleEvent()])).resolves.toMatchObject({ revision: 0 });
  expect(await far.head()).toBe(2n);
});

test('a server that takes a connection and then says no more cannot have written anything', async () => {
  const store = postgresEventStore({ url: proxy.url, ...bounds });
  proxy.become('deaf');
  const append = store.append(sampleStream(), noStream, [sampleEvent()]);
  await expect(append).rejects.toMatchObject({ name: 'StoreUnavailable', outcome: 'none' });
  expect(proxy.hit).toBeGreaterThan(0);
  proxy.become('passes');
  await expect(store.append(sampleStream(), noStream, [sampleEvent()])).resolves.toMatchObject({
    position: 2n,
  });
  await store.close();
});

test('an outage shorter than the time of an append is not noticed by the caller', async () => {
  proxy.become('refused');
  const append = far.append(sampleStream(), noStream, [sampleEvent()]);
  await expect(far.head()).rejects.toBeInstanceOf(StoreUnavailable);
  proxy.become('passes');
  await expect(append).resolves.toMatchObject({ position: 2n });
});

test('more appends than the queue holds are refused at once, and the accepted ones are answered', async () => {
  proxy.become('refused');
  const accepted = Array.from({ length: 50 }, () => far.append(sampleStream(), noStream, [sampleEvent()]));
  const outcomes = Promise.allSettled(accepted);
  await expect(far.append(sampleStream(), noStream, [sampleEvent()])).rejects.toBeInstanceOf(Overloaded);
  expect(far.queueDepth).toBe(50);
  proxy.become('passes');
  expect((await outcomes).map(({ status }) => status)).toEqual(accepted.map(() => 'fulfilled'));
});

test('a subscription goes on after an outage where it was', async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const tail = (async () => {
    for await (const batch of far.subscribe(0n, stop.signal)) seen.push(...batch.map(({ id }) => id));
  })();
  await waitFor('the first event', () => seen.length === 1);
  proxy.become('refused');
  const event = sampleEvent();
  await near.append(sampleStream(), noStream, [event]);
  await expect(far.head()).rejects.toBeInstanceOf(StoreUnavailable);
  proxy.become('passes');
  await waitFor('the second event', () => seen.length === 2);
  expect(seen[1]).toBe(event.id);
  stop.abort();
  await tail;
});

test('closing answers what was accepted', async () => {
  const store = postgresEventStore({ url: database.appUrl, ...bounds });
  const appends = Array.from({ length: 30 }, () =>
    store.append(`sample-${randomUUID()}`, noStream, [sampleEvent()]),
  );
  await store.close();
  await expect(Promise.all(appends)).resolves.toHaveLength(30);
  await expect(store.append(sampleStream(), noStream, [sampleEvent()])).rejects.toMatchObject({
    outcome: 'none',
  });
});

test('closing ends in time also when the server has fallen silent, and says nothing to a goodbye', async () => {
  const store = postgresEventStore({ url: proxy.url, ...bounds });
  // All three kinds of connections: for reading, for hints, for appends.
  const tail = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]();
  await tail.next();
  await store.append(sampleStream(), noStream, [sampleEvent()]);
  await waitFor('the connection for hints', async () => (await heldSubscriptions(database.ownerUrl)) > 0);
  proxy.become('silent');
  await store.close();
});

/** The log's lock, held or waited for, in this database. */
const locks = `select count(*) from pg_locks where locktype = 'advisory'
  and database = (select oid from pg_database where datname = current_database())`;

import { noStream } from '#event-sourcing';
import { sampleEvent, sampleStream } from '#event-sourcing/contract';
import {
  asOwner,
  countOf,
  type EventStoreDatabase,
  eventStoreDatabase,
} from '../../../test/support/event-store-database.js';
import { testDatabase } from '../../../test/support/postgres.js';
import { grantLogin } from './grant-login.js';
import { migrateEventStore } from './migrate-event-store.js';
import { postgresEventStore } from './postgres-event-store.js';

const applied = 'select count(*) from inquest.migrations';

test('many processes that migrate an empty database at once do it once, and a later one changes nothing', async () => {
  const database = await testDatabase();
  try {
    await Promise.all(Array.from({ length: 6 }, () => migrateEventStore(database.ownerUrl)));
    const migrations = await countOf(database.ownerUrl, applied);
    expect(migrations).toBeGreaterThan(0);
    await migrateEventStore(database.ownerUrl);
    expect(await countOf(database.ownerUrl, applied)).toBe(migrations);
  } finally {
    await database.drop();
  }
});

test('a database whose applied migrations are others is left alone', async () => {
  const database = await testDatabase();
  try {
    await migrateEventStore(database.ownerUrl);
    await asOwner(database.ownerUrl, (client) =>
      client.query("update inquest.migrations set sha256 = 'changed' where name = 'events/0001-log'"),
    );
    await expect(migrateEventStore(database.ownerUrl)).rejects.toMatchObject({
      name: 'MigrationChanged',
      migration: 'events/0001-log',
    });
  } finally {
    await database.drop();
  }
});

describe('recorded events', () => {
  let database: EventStoreDatabase;
  beforeAll(async () => {
    database = await eventStoreDatabase();
    const store = postgresEventStore({ url: database.appUrl });
    await store.append(sampleStream(), noStream, [sampleEvent()]);
    await store.close();
  });
  afterEach(async () => {
    expect(await countOf(database.ownerUrl, 'select count(*) from inquest.events')).toBe(1);
  });
  afterAll(() => database.drop());

  const changes = [
    'update inquest.events set data = data',
    'update inquest.events set revision = 1 where false',
    'delete from inquest.events',
    'truncate inquest.events',
    `insert into inquest.events values (2, 'sample-x', 0, gen_random_uuid(), 'Forged', 1, '{}', '{}', now())`,
  ];

  test.each([
    ...changes,
    'create table inquest.mine ()',
    'alter table inquest.events disable trigger all',
    'drop table inquest.events',
    'set role inquest_owner',
    'insert into inquest.access select * from inquest.events',
    "insert into inquest.migrations values ('x', 'y')",
  ])('are not for the application to change: %s', async (change) => {
    await refused(database.appUrl, [], change, '42501');
  });

  test.each(changes.slice(0, 4))('are not for their owner to change: %s', async (change) => {
    await refused(database.ownerUrl, ['set role inquest_owner'], change, '42501');
  });

  test.each(changes.slice(0, 4))('are not for a superuser to change by mistake: %s', async (change) => {
    await refused(database.ownerUrl, ["set session_replication_role = 'replica'"], change, '42501');
  });
});

test('a login may do what it was granted last and no more, and keeps it when it is granted again', async () => {
  const database = await testDatabase();
  try {
    await migrateEventStore(database.ownerUrl);
    const login = `reader $$ of "${database.name}"`;
    const grant = { login, password: `it's "quoted" \\`, roles: ['read'] as const };
    await grantLogin(database.ownerUrl, { ...grant, roles: ['append'] });
    await Promise.all([grantLogin(database.ownerUrl, grant), grantLogin(database.ownerUrl, grant)]);
    const store = postgresEventStore({ url: database.urlAs(login, grant.password) });
    expect(await store.head()).toBe(0n);
    await expect(store.append(sampleStream(), noStream, [sampleEvent()])).rejects.toMatchObject({
      name: 'StoreUnavailable',
      outcome: 'none',
    });
    await store.close();
    await asOwner(database.ownerUrl, (client) => client.query(`drop role ${client.escapeIdentifier(login)}`));
  } finally {
    await database.drop();
  }
});

async function refused(url: string, before: string[], change: string, code: string): Promise<void> {
  await asOwner(url, async (client) => {
    for (const statement of before) await client.query(statement);
    await expect(client.query(change)).rejects.toMatchObject({ code });
  });
}

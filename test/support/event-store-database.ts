import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { grantLogin, migrateEventStore } from '#event-store-postgres';
import { type PrivatePostgres, testDatabase } from './postgres.js';
import { withDatabase } from './run-server.js';

/** A database with an empty event store. */
export interface EventStoreDatabase {
  /** A superuser's. */
  readonly ownerUrl: string;
  /** A login's that may append and read, and nothing else. */
  readonly appUrl: string;
  drop(): Promise<void>;
}

const login = 'inquest_test_app';
const password = 'only for tests';

/** On the server that the run shares. */
export async function eventStoreDatabase(): Promise<EventStoreDatabase> {
  const database = await testDatabase({ template: 'event_store', prepare });
  return {
    ownerUrl: database.ownerUrl,
    appUrl: database.urlAs(login, password),
    drop: () => database.drop(),
  };
}

/** On a server of the suite's own, which may be killed. */
export async function eventStoreDatabaseOn(server: PrivatePostgres): Promise<EventStoreDatabase> {
  const name = `event_store_${randomBytes(6).toString('hex')}`;
  await asOwner(server.ownerUrl, (client) => client.query(`create database ${name}`));
  const ownerUrl = withDatabase(server.ownerUrl, name);
  await prepare(ownerUrl);
  const appUrl = new URL(ownerUrl);
  appUrl.username = login;
  appUrl.password = encodeURIComponent(password);
  return {
    ownerUrl,
    appUrl: appUrl.href,
    drop: () => asOwner(server.ownerUrl, (client) => client.query(`drop database ${name} with (force)`)),
  };
}

/** Runs statements on a connection of their own. */
export async function asOwner(ownerUrl: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  client.on('error', () => undefined); // the server may be killed; the query under way fails with it
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** The one number that a statement gives. */
export async function countOf(ownerUrl: string, statement: string): Promise<number> {
  let count = 0;
  await asOwner(ownerUrl, async (client) => {
    const { rows } = await client.query<string[]>({ text: statement, rowMode: 'array' });
    count = Number(rows[0]?.[0]);
  });
  return count;
}

/** All rows of all tables that are ours, as text: what PostgreSQL compressed in its files is plain here. */
export async function rowsOfEveryTable(ownerUrl: string): Promise<{ table: string; rows: string }[]> {
  const all: { table: string; rows: string }[] = [];
  await asOwner(ownerUrl, async (owner) => {
    const { rows: tables } = await owner.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    for (const { name } of tables) {
      const { rows } = await owner.query<{ row: string }>(`select t::text as row from ${name} t order by 1`);
      all.push({ table: name, rows: rows.map(({ row }) => row).join('\n') });
    }
  });
  return all;
}

async function prepare(ownerUrl: string): Promise<void> {
  await migrateEventStore(ownerUrl);
  await grantLogin(ownerUrl, { login, password, roles: ['append', 'read'] });
}

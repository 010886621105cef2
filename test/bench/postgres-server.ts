import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { grantLogin, migrateEventStore } from '#event-store-postgres';
import { migrateRelay } from '#messaging';
import { migrateReadModels, projections } from '#read-models';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../apps/standalone/src/postgres/start.js';

/** The server that `npm start` runs, with its settings, on a folder of this run. */
export interface PostgresServer {
  /** A fresh, empty database; gives its owner's URL. */
  database(name: string): Promise<string>;
  /** A fresh, empty event store; gives the URL of a login that may append and read, as in production. */
  eventStore(name: string): Promise<string>;
  /** The same with the tables of the read models, as an api expects to find it. */
  installation(name: string): Promise<string>;
  /** The URL of the owner of a database, who may do everything. */
  ownerUrl(name: string): string;
  stop(): Promise<void>;
}

export async function startPostgres(
  folder: string,
  progress: (line: string) => void,
): Promise<PostgresServer> {
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), progress });
  return {
    database: (name) => database(server, name),
    eventStore: async (name) => eventStore(await database(server, name)),
    installation: async (name) => {
      const ownerUrl = await database(server, name);
      const url = await eventStore(ownerUrl);
      await migrateReadModels(ownerUrl, projections, login);
      await migrateRelay(ownerUrl, login);
      return url;
    },
    ownerUrl: (name) => onDatabase(server.ownerUrl, name),
    stop: () => server.stop(),
  };
}

/** Runs statements on a connection of their own. */
export async function onConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function database(server: EmbeddedPostgres, name: string): Promise<string> {
  await onConnection(server.ownerUrl, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`);
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  });
  return onDatabase(server.ownerUrl, name);
}

function onDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

const login = 'inquest_bench';

async function eventStore(ownerUrl: string): Promise<string> {
  const password = randomBytes(16).toString('hex');
  await migrateEventStore(ownerUrl);
  await grantLogin(ownerUrl, { login, password, roles: ['append', 'read'] });
  const url = new URL(ownerUrl);
  url.username = login;
  url.password = password;
  return url.href;
}

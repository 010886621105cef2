import { randomBytes } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import { type RunServer, databasePrefix, withDatabase } from './run-server.js';
import { runFolder, setting } from './environment.js';
export { type PrivatePostgres, privatePostgres } from './private-postgres.js';

/** A database of a suite's own on the server that the run shares. */
export interface TestDatabase {
  readonly name: string;
  /** The owner's URL: a superuser, who may create roles and extensions. */
  readonly ownerUrl: string;
  /** The same database as another role, which the suite has created with this password. */
  urlAs(role: string, password: string): string;
  /** Removes the database and ends whatever connection is left. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** A name for what `prepare` makes. Suites that give the same name share one template. */
  readonly template: string;
  /** Fills the template, once per run. It must have closed its connections when it settles. */
  readonly prepare: (ownerUrl: string) => Promise<void>;
}

const busyMsMax = 10_000;
const busyPollMs = 50;

/**
 * A fresh database: empty, or a clone of a template that is prepared once per run. Safe to call from any number
 * of suites at the same time.
 */
export async function testDatabase(options?: TestDatabaseOptions): Promise<TestDatabase> {
  const server = await superuserUrl();
  const name = `${prefix()}${randomBytes(6).toString('hex')}`;
  await withClient(server, async (client) => {
    const template = options === undefined ? 'template1' : await prepared(client, server, options);
    await cloneDatabase(client, name, template);
  });
  const ownerUrl = withDatabase(server, name);
  return {
    name,
    ownerUrl,
    urlAs: (role, password) => {
      const url = new URL(ownerUrl);
      url.username = encodeURIComponent(role);
      url.password = encodeURIComponent(password);
      return url.href;
    },
    drop: () =>
      withClient(server, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
      }),
  };
}

/** The superuser's URL of the run's server (its database `postgres`). The first call of a run starts it. */
export async function superuserUrl(): Promise<string> {
  return (await runServer()).url;
}

/** Which server the run uses and where it came from. */
export async function runServer(): Promise<Omit<RunServer, 'stop'>> {
  const response = await fetch(setting('INQUEST_TEST_KEEPER_URL'));
  const body = await response.text();
  if (!response.ok) throw new Error(`The run has no PostgreSQL server: ${body}`);
  return JSON.parse(body);
}

/** Makes the template unless another suite has. The lock is the server's, so suites in all processes wait. */
async function prepared(client: Client, server: string, options: TestDatabaseOptions): Promise<string> {
  const name = `${prefix()}template_${options.template}`;
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      const draft = `${name}_draft`;
      await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(draft)} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(draft)}`);
      await options.prepare(withDatabase(server, draft));
      await whileBusy(() =>
        client.query(
          `ALTER DATABASE ${client.escapeIdentifier(draft)} RENAME TO ${client.escapeIdentifier(name)}`,
        ),
      );
    }
    return name;
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  }
}

async function cloneDatabase(client: Client, name: string, template: string): Promise<void> {
  await whileBusy(() =>
    client.query(
      `CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(template)}`,
    ),
  );
}

/** Connections to a template end a moment after their client has; until then it cannot be cloned or renamed. */
async function whileBusy(work: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + busyMsMax;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      const busy = error instanceof DatabaseError && error.code === '55006';
      if (!busy || Date.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, busyPollMs));
    }
  }
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function prefix(): string {
  return databasePrefix(runFolder());
}

import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../apps/standalone/src/postgres/start.js';
import { dockerEngine, postgresImage } from './docker.js';

/** The PostgreSQL server that all suites of a run share. */
export interface RunServer {
  /** A superuser's URL of its database `postgres`. */
  readonly url: string;
  readonly source: 'environment' | 'container' | 'embedded';
  /** Why it is not a container; empty when it is one. */
  readonly notContainer: string;
  stop(): Promise<void>;
}

/** The names of the databases of a run begin with this, so that a server which outlives it can be cleaned. */
export function databasePrefix(dir: string): string {
  return `t_${dir.replace(/^.*inquest-test-/, '').replace(/[^a-z0-9]/gi, '_')}_`.toLowerCase();
}

/**
 * The server that INQUEST_TEST_POSTGRES_URL names; else a container where Docker can give one; else the embedded
 * one, which every machine has.
 */
export async function startRunServer(dir: string): Promise<RunServer> {
  const url = process.env.INQUEST_TEST_POSTGRES_URL;
  if (url !== undefined) {
    const stop = () => dropDatabases(url, databasePrefix(dir));
    return { url, source: 'environment', notContainer: 'INQUEST_TEST_POSTGRES_URL names a server', stop };
  }
  const engine = await dockerEngine();
  if (!engine.available) return startEmbedded(dir, engine.reason);
  try {
    return await startContainer();
  } catch (error) {
    return startEmbedded(dir, `Docker could not run ${postgresImage()}: ${String(error)}`);
  }
}

/** The shared server is thrown away after the run and never crashes on purpose, so it may skip fsync. */
async function startEmbedded(dir: string, notContainer: string): Promise<RunServer> {
  const server = await startEmbeddedPostgres({
    dataDir: join(dir, 'shared'),
    settings: { fsync: 'off', full_page_writes: 'off' },
  });
  const url = withDatabase(server.ownerUrl, 'postgres');
  return { url, source: 'embedded', notContainer, stop: () => server.stop() };
}

/** The same server and user, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

async function startContainer(): Promise<RunServer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(postgresImage())
    .withEnvironment({
      POSTGRES_PASSWORD: 'test',
      POSTGRES_INITDB_ARGS: '--locale-provider=builtin --locale=C.UTF-8',
    })
    .withCommand(['postgres', '-c', 'max_connections=200', '-c', 'fsync=off'])
    .withExposedPorts(5432)
    // The image starts a server to initialise the cluster, stops it, and starts the real one.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  const url = `postgres://postgres:test@${container.getHost()}:${container.getMappedPort(5432)}/postgres`;
  return { url, source: 'container', notContainer: '', stop: async () => void (await container.stop()) };
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)',
      [prefix],
    );
    for (const { name } of rows) {
      await client.query(`ALTER DATABASE ${client.escapeIdentifier(name)} IS_TEMPLATE false`);
      await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
    }
  } finally {
    await client.end();
  }
}

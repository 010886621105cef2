import { Client, escapeIdentifier } from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { Projection, TableMigration } from './runner/projection.js';

/** The group role of whoever writes and reads the read models; a login gets it from `migrateReadModels`. */
export const projectorRole = 'inquest_projector';

/**
 * Brings the tables of the read models up to date, and lets `login` write and read their rows. Several processes may do
 * it at once: one does, the others wait. `ownerUrl` names a login that may create schemas, roles and trusted extensions;
 * it owns all that is made. Throws TypeORM's error or `pg`'s.
 */
export async function migrateReadModels(
  ownerUrl: string,
  projections: readonly Projection[],
  login?: string,
): Promise<void> {
  const client = new Client({
    connectionString: ownerUrl,
    application_name: 'inquest migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined); // the query under way fails with it
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtextextended('inquest.projections', 0))`);
    await client.query(bootstrap);
    await runMigrations(ownerUrl, projections);
    if (login !== undefined) await client.query(`GRANT ${projectorRole} TO ${escapeIdentifier(login)}`);
  } finally {
    await client.end();
  }
}

const bootstrap = `
DO $$ BEGIN
  CREATE ROLE ${projectorRole} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
CREATE SCHEMA IF NOT EXISTS projections;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
`;

/** What every projection shares. Only grows. */
const shared: readonly TableMigration[] = [
  {
    name: 'Checkpoints1764000000000',
    sql: `
CREATE TABLE checkpoints (
  name text COLLATE "C" PRIMARY KEY,
  shape text NOT NULL,
  position bigint NOT NULL DEFAULT 0,
  event_id uuid,
  recorded_at timestamp (3) with time zone,
  parked integer NOT NULL DEFAULT 0,
  events_per_second real NOT NULL DEFAULT 0,
  advanced_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);
-- Events that a projection could not process, and those that wait behind them in their streams. Pointers only: a retry
-- reads the events from the log.
CREATE TABLE parked (
  projection text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  event_id uuid NOT NULL,
  type text COLLATE "C" NOT NULL,
  fault text,
  parked_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (projection, position)
);
CREATE INDEX ON parked (projection, stream);`,
  },
  {
    name: 'FeedPlaces1795000000000',
    sql: `
-- Where the feed of a projection goes on behind the checkpoint's event, in the feed's own words.
ALTER TABLE checkpoints ADD COLUMN place text;`,
  },
];

async function runMigrations(ownerUrl: string, projections: readonly Projection[]): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    applicationName: 'inquest migrate',
    schema: 'projections',
    migrationsTableName: 'migrations',
    migrations: [
      ...shared.map((migration) => migrationClass('projections', migration)),
      ...projections.flatMap(({ name, migrations }) =>
        migrations.map((migration) => migrationClass(name, migration)),
      ),
    ],
    installExtensions: false,
    poolSize: 1,
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await dataSource.destroy();
  }
}

/** The same statements make the tables here and, in a rebuild, the tables beside them. */
function migrationClass(schema: string, { name, sql }: TableMigration): new () => MigrationInterface {
  return class {
    readonly name = name;
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
      await runner.query(`SET LOCAL search_path TO ${escapeIdentifier(schema)}, public`);
      await runner.query(sql);
      for (const grant of writers(schema)) await runner.query(grant);
    }
    async down(): Promise<void> {
      throw new Error(`${name} is not undone: a later migration corrects it`);
    }
  };
}

/** What the projector may do with the tables of a schema, and nothing to anybody else. */
export function writers(schema: string): readonly string[] {
  const quoted = escapeIdentifier(schema);
  return [
    `GRANT USAGE ON SCHEMA ${quoted} TO ${projectorRole}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${quoted} TO ${projectorRole}`,
  ];
}

import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { logs, sqlFile } from './log.js';
import { changingRoles } from './roles.js';

/** Append-only: an applied migration never changes, a later one corrects it. */
const migrations = ['0001-log', '0002-append'];

/** An applied migration is not the one this version has; the database belongs to another version, or was tampered with. */
export class MigrationChanged extends Error {
  override readonly name = 'MigrationChanged';
  constructor(readonly migration: string) {
    super(`migration ${migration} is not the one that was applied`);
  }
}

/**
 * Brings the schema `inquest` and its roles up to date; changes nothing when they are. Several processes may do it at
 * once: one does, the others wait. `ownerUrl` names a login that may create roles and schemas, or the owner of all. All
 * but the roles is one transaction. Throws `MigrationChanged`, or `pg`'s error.
 */
export async function migrateEventStore(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'inquest migrate', ...timeouts });
  client.on('error', () => undefined); // the query under way fails with it
  await client.connect();
  try {
    await changingRoles(() => client.query(sqlFile('./sql/roles.sql')));
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtextextended('inquest.migrations', 0))");
    await client.query(sqlFile('./sql/schema.sql'));
    await client.query('set local role inquest_owner');
    for (const log of logs) for (const name of migrations) await apply(client, `${log}/${name}`);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

const timeouts = { connectionTimeoutMillis: 10_000, statement_timeout: 300_000 };

async function apply(client: Client, migration: string): Promise<void> {
  const [log, name] = migration.split('/');
  const text = sqlFile(`./migrations/${name}.sql`, log === 'access' ? 'access' : 'events');
  const sha256 = createHash('sha256').update(text).digest('hex');
  const applied = await client.query<{ sha256: string }>(
    'select sha256 from inquest.migrations where name = $1',
    [migration],
  );
  const [before] = applied.rows;
  if (before && before.sha256 !== sha256) throw new MigrationChanged(migration);
  if (before) return;
  await client.query(text);
  await client.query('insert into inquest.migrations (name, sha256) values ($1, $2)', [migration, sha256]);
}

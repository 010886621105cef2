import { Client, escapeIdentifier } from 'pg';

/** The group role of a relay; a login gets it from `migrateRelay`. */
export const relayRole = 'inquest_relay';

/**
 * Makes the tables of the relay, and lets `login` use them. Can be repeated, by several processes at once. `ownerUrl`
 * names a login that may create schemas and roles. Throws `pg`'s error.
 */
export async function migrateRelay(ownerUrl: string, login?: string): Promise<void> {
  const client = new Client({
    connectionString: ownerUrl,
    application_name: 'inquest migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined); // the query under way fails with it
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtextextended('inquest.relay', 0))`);
    await client.query(tables);
    if (login !== undefined) await client.query(`GRANT ${relayRole} TO ${escapeIdentifier(login)}`);
  } finally {
    await client.end();
  }
}

/** Only grows: a later change is a statement more, harmless where it was carried out. */
const tables = `
DO $$ BEGIN
  CREATE ROLE ${relayRole} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
CREATE SCHEMA IF NOT EXISTS relay;
-- Who publishes, until when, and up to where the broker has acknowledged. The epoch is one more with every holder: what a
-- holder of an earlier one writes finds no row.
CREATE TABLE IF NOT EXISTS relay.publications (
  name text COLLATE "C" PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT 1,
  holder text NOT NULL,
  held_until timestamp with time zone NOT NULL,
  position bigint NOT NULL DEFAULT 0,
  event_id uuid
);
-- What a publication has to remember of the events up to its position.
CREATE TABLE IF NOT EXISTS relay.memory (
  name text COLLATE "C" NOT NULL,
  line text COLLATE "C" NOT NULL,
  PRIMARY KEY (name, line)
);
GRANT USAGE ON SCHEMA relay TO ${relayRole};
GRANT SELECT, INSERT, UPDATE ON relay.publications TO ${relayRole};
GRANT SELECT, INSERT, DELETE ON relay.memory TO ${relayRole};
`;

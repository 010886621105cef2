import { digestOf, type EventStore } from '#event-sourcing';
import type { Target } from './apply-batch.js';
import { type Checkpoint, NoSuchView, ShapeChanged } from './checkpoints.js';
import { quoted } from './beside.js';
import { CheckpointLost, verifiedCheckpoint } from './projection-runner.js';
import type { Projection, Rows } from './projection.js';
import { inTransaction } from './transaction.js';
import { writers } from '../migrate.js';

/**
 * The tables in which a view is made anew, and how far they are: where a rebuild that was interrupted left them, if
 * today's program makes the same tables and rows and the log still holds the event they stand on; else empty. Throws
 * `WriteUnavailable` and the store's errors.
 */
export async function nextView(next: Target, store: EventStore): Promise<Checkpoint> {
  const left = await leftBehind(next, store);
  if (left) return left;
  const { projection, name, pool } = next;
  await inTransaction(pool, name, async (rows) => {
    await rows.query(`DROP SCHEMA IF EXISTS ${quoted(name)} CASCADE`);
    await rows.query(`CREATE SCHEMA ${quoted(name)}`);
    for (const { sql } of projection.migrations) await rows.query(sql);
    for (const grant of writers(name)) await rows.query(grant);
    await rows.query(`COMMENT ON SCHEMA ${quoted(name)} IS '${tablesOf(projection)}'`);
    await rows.query('DELETE FROM projections.parked WHERE projection = $1', [name]);
    await rows.query('DELETE FROM projections.checkpoints WHERE name = $1', [name]);
    await rows.query('INSERT INTO projections.checkpoints (name, shape) VALUES ($1, $2)', [
      name,
      projection.shape,
    ]);
  });
  return { position: 0n, eventId: null, place: null, parked: 0 };
}

async function leftBehind(next: Target, store: EventStore): Promise<Checkpoint | undefined> {
  const tables = await inTransaction(next.pool, next.name, (rows) => tablesOfSchema(rows, next.name));
  if (tables !== tablesOf(next.projection)) return undefined;
  try {
    return await verifiedCheckpoint(next, store);
  } catch (error) {
    if ([NoSuchView, ShapeChanged, CheckpointLost].some((known) => error instanceof known)) return undefined;
    throw error;
  }
}

/** What a projection's tables are made by, in a word. Kept as the comment on the schema that a rebuild makes. */
function tablesOf({ migrations }: Projection): string {
  return digestOf(migrations.map(({ name, sql }) => ({ name, sql }))).slice(0, 16);
}

async function tablesOfSchema(rows: Rows, schema: string): Promise<string | undefined> {
  const [found] = await rows.query<{ tables: string | null }>(
    `SELECT obj_description(oid, 'pg_namespace') AS tables FROM pg_namespace WHERE nspname = $1`,
    [schema],
  );
  return found?.tables ?? undefined;
}

import { escapeLiteral } from 'pg';
import { digestOf, type EventStore, trust } from '#event-sourcing';
import type { Target } from './apply-batch.js';
import { NoSuchView, ShapeChanged } from './checkpoints.js';
import { quoted } from './beside.js';
import { putOff } from './put-off.js';
import { CheckpointLost, verifiedCheckpoint } from './projection-runner.js';
import type { Projection, Rows } from './projection.js';
import { inTransaction } from './transaction.js';
import { writers } from '../migrate.js';

/** Where the tables are from which to go on, and the statements that make what they still lack, or may lack. */
export interface NextView {
  readonly position: bigint;
  readonly parked: number;
  readonly putOff: readonly string[];
}

/**
 * The tables in which a view is made anew, and how far they are: where a rebuild that was interrupted left them, if
 * today's program makes the same tables and rows and the log still holds the event they stand on; else empty. Throws
 * `WriteUnavailable` and the store's errors.
 */
export async function nextView(next: Target, store: EventStore): Promise<NextView> {
  const found = await leftBehind(next, store);
  if (found) return found;
  const { projection, name, pool } = next;
  let left: readonly string[] = [];
  await inTransaction(pool, name, async (rows) => {
    await rows.query(`DROP SCHEMA IF EXISTS ${quoted(name)} CASCADE`);
    await rows.query(`CREATE SCHEMA ${quoted(name)}`);
    for (const { sql } of projection.migrations) await rows.query(sql);
    for (const grant of writers(name)) await rows.query(grant);
    left = await putOff(rows, name, projection);
    const remark: Remark = { tables: tablesOf(projection), putOff: left };
    await rows.query(`COMMENT ON SCHEMA ${quoted(name)} IS ${escapeLiteral(JSON.stringify(remark))}`);
    await rows.query('DELETE FROM projections.parked WHERE projection = $1', [name]);
    await rows.query('DELETE FROM projections.checkpoints WHERE name = $1', [name]);
    await rows.query('INSERT INTO projections.checkpoints (name, shape) VALUES ($1, $2)', [
      name,
      projection.shape,
    ]);
  });
  return { position: 0n, parked: 0, putOff: left };
}

async function leftBehind(next: Target, store: EventStore): Promise<NextView | undefined> {
  const remark = await inTransaction(next.pool, next.name, (rows) => remarkOn(rows, next.name));
  if (remark?.tables !== tablesOf(next.projection)) return undefined;
  try {
    const { position, parked } = await verifiedCheckpoint(next, store);
    return { position, parked, putOff: remark.putOff };
  } catch (error) {
    if ([NoSuchView, ShapeChanged, CheckpointLost].some((known) => error instanceof known)) return undefined;
    throw error;
  }
}

/** What whoever goes on with a schema must know. Kept as the comment on it. */
interface Remark {
  /** What its tables are made by, in a word. */
  readonly tables: string;
  readonly putOff: readonly string[];
}

function tablesOf({ migrations }: Projection): string {
  return digestOf(migrations.map(({ name, sql }) => ({ name, sql }))).slice(0, 16);
}

async function remarkOn(rows: Rows, schema: string): Promise<Remark | undefined> {
  const [found] = await rows.query<{ remark: string | null }>(
    `SELECT obj_description(oid, 'pg_namespace') AS remark FROM pg_namespace WHERE nspname = $1`,
    [schema],
  );
  // Only a rebuild makes the schema, and the comment with it.
  return found?.remark == null ? undefined : trust<Remark>(JSON.parse(found.remark));
}

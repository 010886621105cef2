import type { Pool } from 'pg';
import type { Projection, Rows } from './projection.js';
import { inTransaction } from './transaction.js';

/**
 * Indexes by which only questions find rows are made when the rows are there. Columns that are generated are not put
 * off: PostgreSQL makes the words to search for while Node folds, where making them afterwards writes each table again.
 */

/** Takes the indexes away from a schema without rows, and gives the statements that make them anew. */
export async function putOff(
  rows: Rows,
  schema: string,
  { readsBy = [] }: Pick<Projection, 'readsBy'>,
): Promise<string[]> {
  const indexes = await rows.query<{ name: string; made: string }>(
    `SELECT indexrelid::regclass::text AS name,
       replace(pg_get_indexdef(indexrelid), 'CREATE INDEX ', 'CREATE INDEX IF NOT EXISTS ') AS made
     FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
       AND NOT indisunique AND relname <> ALL ($2) ORDER BY relname`,
    [schema, readsBy],
  );
  for (const { name } of indexes) await rows.query(`DROP INDEX ${name}`);
  return indexes.map(({ made }) => made);
}

/** Runs them one by one; an index that is there already is left. Then PostgreSQL looks at what is in the tables. */
export async function madeUpFor(owner: Pool, schema: string, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await inTransaction(owner, schema, (rows) => rows.query(statement));
  await inTransaction(owner, schema, async (rows) => {
    const tables = await rows.query<{ name: string }>(
      `SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = $1`,
      [schema],
    );
    for (const { name } of tables) await rows.query(`ANALYZE ${name}`);
  });
}

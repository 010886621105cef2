import type { Pool } from 'pg';
import type { Projection, Rows } from './projection.js';
import { inTransaction } from './transaction.js';

/**
 * What only questions need is made when the rows are there: indexes other than those by which rows are written, and
 * columns that are generated, above all the words to search for: to make these took 50 µs of the 130 that PostgreSQL
 * needed for a row of the case board, and most rows are written more than once.
 */

/** Takes both away from a schema without rows, and gives the statements that make them anew. */
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
  const columns = await rows.query<{ alter: string; empty: string; expression: string }>(
    `SELECT format('ALTER TABLE %s ALTER COLUMN %I SET EXPRESSION AS', attrelid::regclass, attname) AS alter,
       format('(NULL::%s)', format_type(atttypid, atttypmod)) AS empty,
       format('(%s)', pg_get_expr(adbin, adrelid)) AS expression
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
       AND attgenerated = 's' AND NOT attnotnull ORDER BY attrelid, attnum`,
    [schema],
  );
  for (const { alter, empty } of columns) await rows.query(`${alter} ${empty}`);
  // The columns first, for they may be what an index is over.
  return [
    ...columns.map(({ alter, expression }) => `${alter} ${expression}`),
    ...indexes.map(({ made }) => made),
  ];
}

/** Runs them one by one; what is there already is left, or made again. Then PostgreSQL looks at what is in the tables. */
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

import { DatabaseError, escapeIdentifier, type Pool, type PoolClient } from 'pg';
import type { Rows } from './projection.js';

/**
 * PostgreSQL cannot do the work now, whatever the work is: it is gone, full, busy, or not set up as it should be.
 * The same work is tried again later and is not the fault of any event.
 */
export class WriteUnavailable extends Error {
  override readonly name = 'WriteUnavailable';
}

/**
 * SQLSTATE classes of faults that lie in the values: data exception, integrity constraint, program limit. Every other
 * class is about the server, the session or the schema (a missing right or table would fail for every event).
 */
const faultsOfValues = new Set(['22', '23', '54']);

/** Work in one transaction on the tables of one schema. Whatever is thrown inside undoes all of it. */
export async function inTransaction<T>(
  pool: Pool,
  schema: string,
  work: (rows: Rows) => Promise<T>,
): Promise<T> {
  const client = await available(() => pool.connect());
  let broken = false;
  // A connection that is lost says so by an event too; the query under way, or the next one, fails with it.
  client.on('error', unheard);
  try {
    await available(() =>
      client.query(`BEGIN; SET LOCAL search_path TO ${escapeIdentifier(schema)}, public`),
    );
    const result = await work(rowsOf(client));
    await available(() => client.query('COMMIT'));
    return result;
  } catch (error) {
    // A connection on which even this fails is not used again, and PostgreSQL undoes what it had open.
    await client.query('ROLLBACK').catch(() => (broken = true));
    throw error;
  } finally {
    client.off('error', unheard);
    client.release(broken);
  }
}

const unheard = () => undefined;

/** Statements that are each a transaction of their own, on no schema in particular. */
export const rowsIn = (pool: Pool): Rows => rowsOf(pool);

function rowsOf(client: Pool | PoolClient): Rows {
  return {
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
      const { rows } = await available(() => client.query<Row>(sql, [...values]));
      return rows;
    },
  };
}

/** The same rows for callers that do not wait for each other: their statements begin in the order in which they come. */
export function inTurn(rows: Rows): Rows {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...rows,
    query: <Row extends object>(sql: string, values?: readonly unknown[]) => {
      const result = last.then(() => rows.query<Row>(sql, values));
      last = result.catch(() => undefined);
      return result;
    },
  };
}

async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DatabaseError && faultsOfValues.has(cause.code?.slice(0, 2) ?? '')) throw cause;
    throw new WriteUnavailable(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

import { finished } from 'node:stream/promises';
import { DatabaseError, escapeIdentifier, type Pool, type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Rows } from './projection.js';

/**
 * PostgreSQL cannot do the work now, whatever the work is: it is gone, full, busy, or not set up as it should be.
 * The same work is tried again later and is not the fault of any event.
 */
export class WriteUnavailable extends Error {
  override readonly name = 'WriteUnavailable';

  /** Whether the connection was lost, maybe with the server: it may have forgotten what it said was committed. */
  get isConnectionLost(): boolean {
    // Class 08: connection exception; 57P: the server shuts down, or crashed, or ended this session.
    return !(this.cause instanceof DatabaseError) || /^(?:08|57P)/.test(this.cause.code ?? '');
  }
}

/**
 * SQLSTATE classes of faults that lie in the values: data exception, integrity constraint, program limit. Every other
 * class is about the server, the session or the schema (a missing right or table would fail for every event).
 */
const faultsOfValues = new Set(['22', '23', '54']);

/**
 * Work in one transaction on the tables of one schema. Whatever is thrown inside undoes all of it. Statements run in the
 * order in which they are asked for, whether or not the caller waits for each.
 */
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
    const result = await work(inTurn(rowsOf(client)));
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
export const rowsIn = (pool: Pool): Pick<Rows, 'query'> => ({ query: queries(pool) });

function rowsOf(client: PoolClient): Rows {
  return {
    query: queries(client),
    copyIn: (sql, lines) =>
      available(async () => {
        const stream = client.query(copyFrom(sql));
        stream.end(lines);
        await finished(stream);
      }),
  };
}

const queries =
  (client: Pool | PoolClient): Rows['query'] =>
  async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
    const { rows } = await available(() => client.query<Row>(sql, [...values]));
    return rows;
  };

function inTurn(rows: Rows): Rows {
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(statement: () => Promise<T>): Promise<T> => {
    const result = last.then(statement);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    ...rows,
    query: <Row extends object>(sql: string, values?: readonly unknown[]) =>
      next(() => rows.query<Row>(sql, values)),
    copyIn: (sql, lines) => next(() => rows.copyIn(sql, lines)),
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

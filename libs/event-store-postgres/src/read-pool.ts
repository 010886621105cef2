import { Pool } from 'pg';
import { StoreUnavailable } from '#event-sourcing';

export interface ReadBounds {
  readonly readConnectionsMax: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
}

/** Short queries outside any transaction, each within its time; the values of a row come as PostgreSQL's text. */
export interface ReadPool {
  /** Goes up with each connection made: whoever reads after it did may read from another server than before. */
  readonly connections: number;
  /** Throws `StoreUnavailable` with the outcome `none`. */
  query(statement: { name: string; text: string }, values: readonly unknown[]): Promise<readonly string[][]>;
  close(): Promise<void>;
}

export function readPool(url: string, bounds: ReadBounds, disturbed: (error: Error) => void): ReadPool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'inquest read',
    max: bounds.readConnectionsMax,
    connectionTimeoutMillis: bounds.connectTimeoutMs,
    // The server stops first; our own clock is for a server that no longer answers.
    statement_timeout: bounds.readTimeoutMs,
    query_timeout: bounds.readTimeoutMs + 1_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Pages are read in the order of an index, whatever the statistics said when the statement was planned.
    options: '-c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan',
    types: { getTypeParser: () => (text: string) => text },
  });
  pool.on('error', disturbed);
  let connections = 0;
  pool.on('connect', () => (connections += 1));

  async function query({ name, text }: { name: string; text: string }, values: readonly unknown[]) {
    let lost: Error | undefined;
    try {
      const client = await pool.connect();
      client.on('error', disturbed);
      try {
        const { rows } = await client.query<string[]>({ name, text, values: [...values], rowMode: 'array' });
        return rows;
      } catch (error) {
        lost = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.off('error', disturbed);
        client.release(lost);
      }
    } catch (cause) {
      throw new StoreUnavailable(cause instanceof Error ? cause.message : String(cause), 'none', { cause });
    }
  }

  return {
    get connections() {
      return connections;
    },
    query,
    close: () => pool.end(),
  };
}

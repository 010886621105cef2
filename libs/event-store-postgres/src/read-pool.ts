import { type ClientBase, Pool } from 'pg';
import { LogRewound, StoreUnavailable } from '#event-sourcing';
import type { Sockets } from './sockets.js';
import type { Watermark } from './watermark.js';

export interface ReadBounds {
  readonly readConnectionsMax: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
}

/** Short queries outside any transaction, each within its time; the values of a row come as PostgreSQL's text. */
export interface ReadPool {
  /** Throws `StoreUnavailable` with the outcome `none`; as `LogRewound` where the log lost what was read from it. */
  query(statement: { name: string; text: string }, values: readonly unknown[]): Promise<readonly string[][]>;
  close(): Promise<void>;
}

interface ReadPoolParts {
  readonly sockets: Sockets;
  readonly watermark: Watermark;
  readonly disturbed: (error: Error) => void;
}

export function readPool(
  url: string,
  bounds: ReadBounds,
  { sockets, watermark, disturbed }: ReadPoolParts,
): ReadPool {
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
    stream: sockets.open,
    verify: (client, done) => void verify(client, done),
    // Pages are read in the order of an index, whatever the statistics said when the statement was planned.
    options: '-c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan',
    types: { getTypeParser: () => (text: string) => text },
  });
  pool.on('error', disturbed);

  async function verify(client: ClientBase, done: (fault?: Error) => void): Promise<void> {
    let fault: Error | undefined;
    client.on('error', disturbed);
    try {
      await watermark.verify(client);
    } catch (error) {
      fault = asError(error);
    }
    client.off('error', disturbed);
    done(fault);
  }

  async function query({ name, text }: { name: string; text: string }, values: readonly unknown[]) {
    let lost: Error | undefined;
    try {
      const client = await pool.connect();
      client.on('error', disturbed);
      try {
        const { rows } = await client.query<string[]>({ name, text, values: [...values], rowMode: 'array' });
        return rows;
      } catch (error) {
        lost = asError(error);
        throw error;
      } finally {
        client.off('error', disturbed);
        client.release(lost);
      }
    } catch (error) {
      const cause = asError(error);
      disturbed(cause);
      throw cause instanceof LogRewound ? cause : new StoreUnavailable(cause.message, 'none', { cause });
    }
  }

  return { query, close: () => pool.end() };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

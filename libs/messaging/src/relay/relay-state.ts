import { setTimeout as delay } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import { Tenure } from './tenure.js';

/** How far a publication is: the newest event that the broker has acknowledged. */
export interface Published {
  readonly position: bigint;
  /** Absent before the first event. */
  readonly eventId: string | null;
}

/** What a publication remembers of the events before, line by line, and how a batch of events changes it. */
export interface Memory {
  readonly lines: ReadonlySet<string>;
}
export interface MemoryChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Another process has taken over, or this one was away for so long that one may have. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The right to publish, which one process has at a time; ends by itself when it is not renewed. */
export interface Lease {
  readonly published: Published;
  readonly memory: Memory;
  /** Aborts when the lease is lost or may be: from then on another process may publish. */
  readonly lost: AbortSignal;
  /** Notes what the broker has acknowledged. Rejects with `LeaseLost`, and writes nothing then. */
  save(published: Published, change: MemoryChange): Promise<void>;
  /** Gives it to whoever waits. Never rejects. */
  release(): Promise<void>;
}

export interface LeaseBounds {
  /** How long a lease lasts that is not renewed: a killed holder keeps others waiting for so long. */
  readonly leaseMs: number;
  readonly pollMs: number;
}

const defaults: LeaseBounds = { leaseMs: 5_000, pollMs: 1_000 };
const answerMsMax = 4_000;
const connectMsMax = 2_000;

/** Where the publications are, in PostgreSQL; `migrateRelay` makes it. */
export class RelayState {
  readonly #pool: Pool;
  readonly #bounds: LeaseBounds;

  constructor(url: string, bounds: Partial<LeaseBounds> = {}) {
    this.#bounds = { ...defaults, ...bounds };
    this.#pool = new Pool({
      connectionString: url,
      application_name: 'inquest relay',
      max: 4,
      connectionTimeoutMillis: connectMsMax,
      statement_timeout: answerMsMax,
      query_timeout: answerMsMax,
      keepAlive: true,
    });
    // An idle connection that breaks is replaced by the next that is asked for.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => void client.on('error', () => undefined));
  }

  /** How far a publication is. Rejects with `pg`'s error. */
  async published(name: string): Promise<Published> {
    const { rows } = await this.#pool.query<Row>(
      'SELECT position, event_id FROM relay.publications WHERE name = $1',
      [name],
    );
    return publishedIn(rows[0]);
  }

  /**
   * Waits until the lease is free. `standingBy` is told when the same process has held it for as long as a lease lasts.
   * Rejects with `pg`'s error, or when the signal aborts.
   */
  async lease(name: string, holder: string, signal: AbortSignal, standingBy?: () => void): Promise<Lease> {
    let held = { epoch: '', since: performance.now() };
    for (;;) {
      signal.throwIfAborted();
      const askedAt = performance.now();
      const { rows } = await this.#pool.query<Row & { epoch: string }>(
        `INSERT INTO relay.publications AS p (name, holder, held_until) VALUES ($1, $2, ${leaseEnd('$3')})
         ON CONFLICT (name) DO UPDATE SET epoch = p.epoch + 1, holder = excluded.holder, held_until = excluded.held_until
           WHERE p.held_until < clock_timestamp()
         RETURNING epoch, position, event_id`,
        [name, holder, this.#bounds.leaseMs],
      );
      if (rows[0]) return this.#leased(name, rows[0], askedAt);
      const epoch = await this.#epoch(name);
      if (epoch !== held.epoch) held = { epoch, since: askedAt };
      else if (askedAt - held.since > this.#bounds.leaseMs) standingBy?.();
      await delay(this.#bounds.pollMs * (0.75 + Math.random() / 4), undefined, { signal });
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #leased(name: string, row: Row & { readonly epoch: string }, askedAt: number): Promise<Lease> {
    const { epoch } = row;
    const tenure = new Tenure(this.#bounds.leaseMs, askedAt, () => this.#renew(name, epoch));
    const release = async () => {
      tenure.end();
      // What is under way would make it last longer again.
      await tenure.settled();
      await this.#free(name, epoch).catch(() => undefined); // It ends by itself.
    };
    try {
      return {
        published: publishedIn(row),
        memory: await this.#memory(name),
        lost: tenure.over,
        save: async (published, change) => {
          if (tenure.over.aborted) throw new LeaseLost(`the lease of ${name} ended before this was saved`);
          if (!(await tenure.extend(() => this.#save(name, epoch, published, change))))
            throw new LeaseLost(`another process publishes ${name}`);
        },
        release,
      };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #memory(name: string): Promise<Memory> {
    const { rows } = await this.#pool.query<{ line: string }>(
      'SELECT line FROM relay.memory WHERE name = $1',
      [name],
    );
    return { lines: new Set(rows.map(({ line }) => line)) };
  }

  async #epoch(name: string): Promise<string> {
    const { rows } = await this.#pool.query<{ epoch: string }>(
      'SELECT epoch FROM relay.publications WHERE name = $1',
      [name],
    );
    return rows[0]?.epoch ?? '';
  }

  async #free(name: string, epoch: string): Promise<void> {
    await this.#pool.query(
      'UPDATE relay.publications SET held_until = clock_timestamp() WHERE name = $1 AND epoch = $2',
      [name, epoch],
    );
  }

  async #renew(name: string, epoch: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `UPDATE relay.publications SET held_until = ${leaseEnd('$3')} WHERE name = $1 AND epoch = $2`,
      [name, epoch, this.#bounds.leaseMs],
    );
    return rowCount === 1;
  }

  async #save(name: string, epoch: string, published: Published, change: MemoryChange): Promise<boolean> {
    const move = `UPDATE relay.publications SET position = $3, event_id = $4, held_until = ${leaseEnd('$5')}
      WHERE name = $1 AND epoch = $2`;
    const values = [name, epoch, String(published.position), published.eventId, this.#bounds.leaseMs];
    if (change.added.length + change.removed.length === 0)
      return (await this.#pool.query(move, values)).rowCount === 1;
    return this.#inTransaction(async (client) => {
      if ((await client.query(move, values)).rowCount !== 1) return false;
      await client.query('DELETE FROM relay.memory WHERE name = $1 AND line = ANY ($2)', [
        name,
        change.removed,
      ]);
      await client.query(
        'INSERT INTO relay.memory (name, line) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
        [name, change.added],
      );
      return true;
    });
  }

  async #inTransaction(work: (client: PoolClient) => Promise<boolean>): Promise<boolean> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const done = await work(client);
      await client.query(done ? 'COMMIT' : 'ROLLBACK');
      return done;
    } catch (error) {
      // PostgreSQL undoes what a lost connection had open.
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

interface Row {
  readonly position: string;
  readonly event_id: string | null;
}

const leaseEnd = (ms: string) => `clock_timestamp() + ${ms} * interval '1 millisecond'`;

function publishedIn(row: Row | undefined): Published {
  return { position: BigInt(row?.position ?? 0), eventId: row?.event_id ?? null };
}

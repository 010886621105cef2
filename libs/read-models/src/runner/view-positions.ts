import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

/** The view has not reached, or cannot show, what the caller has seen; asking again after a while may do. */
export class ViewBehind extends Error {
  override readonly name = 'ViewBehind';
  constructor(
    readonly projection: string,
    readonly position: bigint,
    /** The event at that position is parked: it takes somebody's hand, not time. */
    readonly parked: boolean,
  ) {
    super(`${projection} ${parked ? 'has parked the event at' : 'has not reached'} position ${position}`);
  }
}

const pollMs = 25;

/**
 * Where the views are. Learns it at once from the runner of this process, and from the checkpoints while somebody
 * waits, for the runner may be in another. One poll serves all who wait.
 */
export class ViewPositions {
  readonly #known = new Map<string, bigint>();
  readonly #waiting = new Set<() => void>();
  #isPolling = false;

  constructor(private readonly pool: pg.Pool) {}

  /** The runner has committed a batch. */
  advanced(name: string, position: bigint): void {
    this.#known.set(name, position);
    for (const wake of this.#waiting) wake();
  }

  /** The runner was interrupted: a PostgreSQL that was killed may have lost the newest rows with their checkpoint. */
  doubted(name: string): void {
    this.#known.delete(name);
  }

  /** Where a view is now, at least: what is read from it afterwards is no older. */
  async at(name: string): Promise<bigint> {
    await this.#read([name]);
    return this.#known.get(name) ?? 0n;
  }

  /**
   * Resolves when all these views have taken in the event at a position. Throws `ViewBehind` after `timeoutMs`, or when
   * the event is parked there.
   */
  async waitFor(names: readonly string[], position: bigint, timeoutMs: number): Promise<void> {
    const isBehind = () => names.find((name) => (this.#known.get(name) ?? 0n) < position);
    if (isBehind() !== undefined) await this.#read(names);
    if (isBehind() !== undefined) await this.#until(() => isBehind() === undefined, timeoutMs);
    const behind = isBehind();
    if (behind !== undefined) throw new ViewBehind(behind, position, false);
    const { rows } = await this.pool.query<{ projection: string }>(
      'SELECT projection FROM projections.parked WHERE projection = ANY ($1) AND position = $2',
      [names, String(position)],
    );
    if (rows[0]) throw new ViewBehind(rows[0].projection, position, true);
  }

  #until(holds: () => boolean, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = () => {
        if (holds()) finish();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#waiting.add(look);
      void this.#poll();
    });
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    while (this.#waiting.size > 0) {
      await delay(pollMs);
      // A failed look is followed by another; who waits for too long is told so by its own time limit.
      await this.#read().catch(() => undefined);
      for (const look of this.#waiting) look();
    }
    this.#isPolling = false;
  }

  async #read(names?: readonly string[]): Promise<void> {
    const { rows } = await this.pool.query<{ name: string; position: string }>(
      'SELECT name, position FROM projections.checkpoints WHERE $1::text[] IS NULL OR name = ANY ($1)',
      [names ?? null],
    );
    const found = new Map(rows.map(({ name, position }) => [name, BigInt(position)]));
    // A view without a checkpoint is at the beginning, wherever it was before.
    for (const name of names ?? found.keys()) this.#known.set(name, found.get(name) ?? 0n);
  }
}

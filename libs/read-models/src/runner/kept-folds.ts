/** A fold that a table has, or will have, a row of. */
interface Fold {
  readonly id: string;
  readonly revision: number;
}

type Write = (folds: readonly Fold[]) => Promise<void>;

interface Kept {
  readonly table: string;
  readonly fold: Fold;
  /** By how many events it was made. */
  readonly events: number;
  /** How its row is written; absent when the row is as it is. */
  write: Write | undefined;
}

/** Rows in one statement. */
const rowsMax = 2_000;

/**
 * Folds of a view that nobody else writes to. They are kept from one batch to the next, and their rows are written when
 * they were not used for long, or before a commit: of 561,470 real events, 10,000 at a time touch 400,762 rows, and
 * 50,000 at a time 252,277. Whoever keeps them flushes them before each commit, and forgets them when there is none.
 * Bounded by the events that they were made of, as their memory is.
 */
export class KeptFolds {
  /** The longest unused first. */
  readonly #folds = new Map<string, Kept>();
  #events = 0;
  /** One statement is under way while the next events are folded. */
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly eventsMax: number) {}

  get(table: string, id: string): Fold | undefined {
    const key = keyOf(table, id);
    const kept = this.#folds.get(key);
    if (!kept) return undefined;
    this.#folds.delete(key);
    this.#folds.set(key, kept);
    return kept.fold;
  }

  /** Keeps folds of one table that have moved on, and writes the longest unused beyond the bound. Throws what that threw. */
  async keep(table: string, folds: readonly Fold[], write: Write): Promise<void> {
    for (const fold of folds) {
      const key = keyOf(table, fold.id);
      this.#drop(key);
      const events = fold.revision + 1;
      this.#folds.set(key, { table, fold, events, write });
      this.#events += events;
    }
    while (this.#events > this.eventsMax) {
      const oldest = [...first(this.#folds, rowsMax)];
      for (const [key] of oldest) this.#drop(key);
      await this.#write(oldest.map(([, kept]) => kept));
    }
  }

  /** Settles when every row is written. Throws what writing threw. */
  async flush(): Promise<void> {
    const unwritten = [...this.#folds.values()].filter(({ write }) => write);
    for (let from = 0; from < unwritten.length; from += rowsMax)
      await this.#write(unwritten.slice(from, from + rowsMax));
    for (const kept of unwritten) kept.write = undefined;
    await this.#writing;
  }

  forget(): void {
    this.#folds.clear();
    this.#events = 0;
    this.#writing = Promise.resolve();
  }

  /** Waits for what is being written, and begins with these. */
  async #write(all: readonly Kept[]): Promise<void> {
    await this.#writing;
    const unwritten = all.filter(({ write }) => write);
    const tables = [...new Set(unwritten.map(({ table }) => table))];
    const writing = tables.map((table) => {
      const own = unwritten.filter((kept) => kept.table === table);
      return own.at(-1)?.write?.(own.map(({ fold }) => fold)) ?? Promise.resolve();
    });
    this.#writing = Promise.all(writing).then(() => undefined);
    // Whoever writes next, or flushes, hears of it.
    this.#writing.catch(() => undefined);
  }

  #drop(key: string): void {
    this.#events -= this.#folds.get(key)?.events ?? 0;
    this.#folds.delete(key);
  }
}

const keyOf = (table: string, id: string) => `${table}/${id}`;

function* first<T>(items: Iterable<T>, max: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken === max) return;
    taken += 1;
    yield item;
  }
}

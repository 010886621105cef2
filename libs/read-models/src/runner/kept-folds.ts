/** A fold that a table has, or will have, a row of. */
interface Fold {
  readonly id: string;
  readonly revision: number;
}

type Write = (folds: readonly Fold[]) => Promise<void>;

interface Kept {
  readonly fold: Fold;
  /** By how many events it was made. */
  readonly events: number;
  isWritten: boolean;
}

interface Table {
  /** The longest unused first. */
  readonly folds: Map<string, Kept>;
  write: Write;
}

/** Rows in one statement. */
const rowsMax = 2_000;

/**
 * Folds of a view that nobody else writes to. They are kept from one batch to the next, and their rows are written when
 * they were not used for long, or before a commit: of 561,470 real events, 10,000 at a time touch 400,756 rows, 50,000
 * at a time 252,278, and 150,000 at a time 180,686. Whoever keeps them flushes them before each commit, and forgets them
 * when there is none.
 * Bounded by the events that they were made of, as their memory is.
 */
export class KeptFolds {
  readonly #tables = new Map<string, Table>();
  #events = 0;
  /** One statement is under way while the next events are folded. */
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly eventsMax: number) {}

  get(table: string, id: string): Fold | undefined {
    const folds = this.#tables.get(table)?.folds;
    const kept = folds?.get(id);
    if (!folds || !kept) return undefined;
    folds.delete(id);
    folds.set(id, kept);
    return kept.fold;
  }

  /** Keeps folds of one table that have moved on, and writes its longest unused beyond the bound. Throws what that threw. */
  async keep(name: string, moved: readonly Fold[], write: Write): Promise<void> {
    const table = this.#tables.get(name) ?? { folds: new Map<string, Kept>(), write };
    this.#tables.set(name, table);
    table.write = write;
    for (const fold of moved) {
      this.#drop(table, fold.id);
      const events = fold.revision + 1;
      table.folds.set(fold.id, { fold, events, isWritten: false });
      this.#events += events;
    }
    while (this.#events > this.eventsMax && table.folds.size > 0) {
      const oldest = [...first(table.folds.values(), rowsMax)];
      for (const { fold } of oldest) this.#drop(table, fold.id);
      await this.#write(table, oldest);
    }
  }

  /** Settles when every row is written. Throws what writing threw. */
  async flush(): Promise<void> {
    for (const table of this.#tables.values()) {
      const unwritten = [...table.folds.values()].filter(({ isWritten }) => !isWritten);
      for (let from = 0; from < unwritten.length; from += rowsMax)
        await this.#write(table, unwritten.slice(from, from + rowsMax));
    }
    await this.#writing;
  }

  forget(): void {
    this.#tables.clear();
    this.#events = 0;
    this.#writing = Promise.resolve();
  }

  /** Waits for what is being written, and begins with these. */
  async #write({ write }: Table, kept: readonly Kept[]): Promise<void> {
    await this.#writing;
    const unwritten = kept.filter(({ isWritten }) => !isWritten);
    for (const one of unwritten) one.isWritten = true;
    this.#writing = unwritten.length === 0 ? Promise.resolve() : write(unwritten.map(({ fold }) => fold));
    // Whoever writes next, or flushes, hears of it.
    this.#writing.catch(() => undefined);
  }

  #drop({ folds }: Table, id: string): void {
    this.#events -= folds.get(id)?.events ?? 0;
    folds.delete(id);
  }
}

function* first<T>(items: Iterable<T>, max: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken === max) return;
    taken += 1;
    yield item;
  }
}

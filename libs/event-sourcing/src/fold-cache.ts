import type { Aggregate, Fold } from './aggregate.js';
import type { StreamName } from './event-store.js';
import { trust } from './trust.js';

/**
 * The folds last used, bounded by the bytes of the events they were made of: a fold's memory grows with these. What is
 * in here may be behind the store, and `CommandHandler` treats it so.
 */
export class FoldCache {
  readonly #folds = new Map<StreamName, { fold: Fold; weight: number }>();
  #weight = 0;

  constructor(private readonly bytesMax: number) {}

  get<State>(aggregate: Aggregate<State>, stream: StreamName): Fold<State> | undefined {
    const entry = this.#folds.get(stream);
    if (!entry || entry.fold.aggregate !== aggregate) return undefined;
    this.#folds.delete(stream);
    this.#folds.set(stream, entry);
    // The aggregate that made this fold is the one asked for, so its state is of that type.
    return trust<Fold<State>>(entry.fold);
  }

  /** Keeps a fold, weighing it anew, and drops the longest unused beyond the bound; never the one just used, however large. */
  keep(stream: StreamName, fold: Fold): void {
    this.drop(stream);
    const weight = fold.bytes;
    this.#folds.set(stream, { fold, weight });
    this.#weight += weight;
    for (const oldest of this.#folds.keys()) {
      if (this.#weight <= this.bytesMax || oldest === stream) return;
      this.drop(oldest);
    }
  }

  drop(stream: StreamName): void {
    this.#weight -= this.#folds.get(stream)?.weight ?? 0;
    this.#folds.delete(stream);
  }
}

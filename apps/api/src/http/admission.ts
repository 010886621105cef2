import { Problem } from '../problems/problem.js';

/**
 * How many requests of one kind this process works on at the same time. One more is turned away before its body is
 * read, which bounds memory and keeps the latency of the others: a command waits for its turn in the store, a query for a
 * connection, and not here.
 */
export class Admission {
  #inFlight = 0;

  constructor(private readonly inFlightMax: number) {}

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Throws an `overloaded` problem. */
  admit(): Place {
    if (this.#inFlight >= this.inFlightMax) throw new Problem('overloaded', { retryAfterSeconds: 1 });
    this.#inFlight += 1;
    return new Place(() => {
      this.#inFlight -= 1;
    });
  }
}

/**
 * The place of one request. It is given back once: when the request's work is done, or when the request ends without
 * having begun any. Work goes on when its client leaves, and keeps its place for as long.
 */
export class Place {
  #state: 'taken' | 'at work' | 'left' = 'taken';

  constructor(private readonly onGivenBack: () => void) {}

  get isLeft(): boolean {
    return this.#state === 'left';
  }

  /** The request has ended: it was answered, or its client went away. May be told more than once. */
  leave(): void {
    if (this.#state === 'taken') this.giveBack();
  }

  /** Also of work that goes on without it. May be called more than once. */
  giveBack(): void {
    if (this.#state === 'left') return;
    this.#state = 'left';
    this.onGivenBack();
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#state = 'at work';
    try {
      return await work();
    } finally {
      this.giveBack();
    }
  }
}

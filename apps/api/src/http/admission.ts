import type { Caller } from '#access';
import { Problem } from '../problems/problem.js';
import { principalOf } from './principal.js';

/** One caller has at most this part of the places, so that no single one can keep all others out. */
const partPerCaller = 1 / 4;

/**
 * How many requests of one kind this process works on at the same time. One more is turned away before its body is
 * read, which bounds memory and keeps the latency of the others: a command waits for its turn in the store, a query for a
 * connection, and not here.
 */
export class Admission {
  readonly #takenBy = new Map<string, number>();
  readonly #perCallerMax: number;
  #inFlight = 0;

  constructor(private readonly inFlightMax: number) {
    this.#perCallerMax = Math.ceil(inFlightMax * partPerCaller);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Throws `overloaded`, or `rate-limited` where only this caller has too many. */
  admit(caller: Caller): Place {
    if (this.#inFlight >= this.inFlightMax) throw new Problem('overloaded', { retryAfterSeconds: 1 });
    const owner = principalOf(caller);
    const own = this.#takenBy.get(owner) ?? 0;
    if (own >= this.#perCallerMax)
      throw new Problem('rate-limited', {
        detail: `You have ${own} such requests under way, and no more are taken from one caller at a time.`,
        retryAfterSeconds: 1,
      });
    this.#count(owner, 1);
    return new Place(() => this.#count(owner, -1));
  }

  #count(owner: string, change: 1 | -1): void {
    this.#inFlight += change;
    const own = (this.#takenBy.get(owner) ?? 0) + change;
    if (own === 0) this.#takenBy.delete(owner);
    else this.#takenBy.set(owner, own);
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

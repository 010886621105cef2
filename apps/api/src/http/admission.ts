import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems/problem.js';

/**
 * How many commands this process carries out at the same time. One more is turned away before its body is read, which
 * bounds memory and keeps the latency of the others: a command waits for its turn in the store, not here.
 */
export class Admission {
  readonly #admitted = new Set<IncomingMessage>();

  constructor(private readonly inFlightMax: number) {}

  get inFlight(): number {
    return this.#admitted.size;
  }

  /** Throws an `overloaded` problem. */
  admit(request: IncomingMessage): void {
    if (this.#admitted.size >= this.inFlightMax)
      throw new Problem('overloaded', { retryAfterSeconds: 1, tookEffect: 'no' });
    this.#admitted.add(request);
  }

  /** Has no effect for a request that was not admitted. */
  release(request: IncomingMessage): void {
    this.#admitted.delete(request);
  }
}

import type { Caller } from '#access';
import { principalOf } from '../http/principal.js';
import { Problem } from '../problems/problem.js';

/** The event streams that are open: each holds a connection and a subscription, so there is a bound for each caller and for all. */
export class OpenStreams {
  readonly #open = new Map<AbortController, string>();
  #stopping = false;

  constructor(private readonly bounds: { readonly openMax: number; readonly openPerCallerMax: number }) {}

  get size(): number {
    return this.#open.size;
  }

  /** Takes a place; it is given back when the controller aborts. Throws `rate-limited` or `overloaded`. */
  open(caller: Caller): AbortController {
    const owner = principalOf(caller);
    const own = [...this.#open.values()].filter((other) => other === owner).length;
    if (own >= this.bounds.openPerCallerMax)
      throw new Problem('rate-limited', {
        detail: `You have ${own} event streams open, and no more are given to one caller.`,
        retryAfterSeconds: 30,
      });
    if (this.#stopping || this.#open.size >= this.bounds.openMax)
      throw new Problem('overloaded', { retryAfterSeconds: 5 });
    const controller = new AbortController();
    this.#open.set(controller, owner);
    controller.signal.addEventListener('abort', () => this.#open.delete(controller), { once: true });
    return controller;
  }

  /** Ends all of them, and opens no more. */
  stop(): void {
    this.#stopping = true;
    for (const controller of [...this.#open.keys()]) controller.abort();
  }
}

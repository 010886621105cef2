/**
 * Hands items from a pushing side to a pulling one, one at a time, without a queue: whoever gives waits until the item is
 * taken. One taker.
 */
export class Rendezvous<T> {
  #offered: { readonly item: T; readonly taken: () => void }[] = [];
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  /** Resolves when the item was taken, or was withdrawn. */
  give(item: T): Promise<void> {
    return new Promise((taken) => {
      this.#offered.push({ item, taken });
      this.#wake?.();
    });
  }

  /** What was given and not taken is no longer to be had; whoever gave it goes on. */
  withdraw(): void {
    for (const { taken } of this.#offered.splice(0)) taken();
  }

  /** The taker gets no more than this. */
  fail(error: Error): void {
    this.#failure = error;
    this.withdraw();
    this.#wake?.();
  }

  /** The next item, or nothing when there is none for so long. Throws what the giver failed with. */
  async take(waitMsMax: number, signal: AbortSignal): Promise<T | undefined> {
    if (this.#offered.length === 0 && this.#failure === undefined) await this.#given(waitMsMax, signal);
    if (this.#failure !== undefined) throw this.#failure;
    const next = this.#offered.shift();
    next?.taken();
    return next?.item;
  }

  #given(waitMsMax: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, waitMsMax);
      signal.addEventListener('abort', end);
      this.#wake = end;
      if (signal.aborted) end();
    });
  }
}

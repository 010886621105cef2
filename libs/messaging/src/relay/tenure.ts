/**
 * How long a lease is ours: by our own clock, and from before each question, so that it is over for us before it is for
 * anybody else. Renews it until then.
 */
export class Tenure {
  readonly #over = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #renewal: NodeJS.Timeout;
  #expiry: NodeJS.Timeout | undefined;

  /** `renew` says whether the lease was ours still; it may reject, and is asked again. */
  constructor(
    private readonly leaseMs: number,
    since: number,
    renew: () => Promise<boolean>,
  ) {
    this.#lasts(since);
    this.#renewal = setInterval(() => {
      this.extend(renew).catch(() => undefined); // Tried again in time, or over.
    }, leaseMs / 4);
  }

  /** Aborts when it is over. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Carries out what makes the lease last longer where it is ours still, and otherwise ends it. Rejects as `work` does. */
  async extend(work: () => Promise<boolean>): Promise<boolean> {
    const since = performance.now();
    const working = work();
    this.#underWay.add(working);
    try {
      const isOurs = await working;
      if (isOurs) this.#lasts(since);
      else this.end();
      return isOurs;
    } finally {
      this.#underWay.delete(working);
    }
  }

  end(): void {
    clearTimeout(this.#expiry);
    clearInterval(this.#renewal);
    this.#over.abort();
  }

  /** Resolves when nothing that makes the lease last longer is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  #lasts(since: number): void {
    if (this.#over.signal.aborted) return;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.end(), this.leaseMs - (performance.now() - since));
  }
}

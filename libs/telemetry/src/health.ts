/** What is wrong, in words for whoever runs the system, or nothing. Names no secret: the answer is public. */
export type HealthCheck = () => Promise<string | undefined>;

export interface HealthReport {
  readonly ready: boolean;
  /** By check: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

const checkMsMax = 2_000;

/** The checks of one process. Ready is a process that passes all of them and is not about to stop. */
export class Health {
  readonly #checks = new Map<string, HealthCheck>();
  #draining = false;

  add(name: string, check: HealthCheck): void {
    this.#checks.set(name, check);
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** From now on not ready, so that no new work is sent here. Cannot be taken back. */
  drain(): void {
    this.#draining = true;
  }

  /** Asks every check at the same time; one that fails or does not answer within 2 s is wrong. Never rejects. */
  async report(): Promise<HealthReport> {
    const checks = await Promise.all(
      [...this.#checks].map(async ([name, check]): Promise<[string, string]> => [
        name,
        await outcomeOf(check),
      ]),
    );
    if (this.#draining) checks.push(['process', 'stopping: it takes no new work']);
    return { ready: checks.every(([, outcome]) => outcome === 'ok'), checks: Object.fromEntries(checks) };
  }
}

function outcomeOf(check: HealthCheck): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`did not answer within ${checkMsMax} ms`), checkMsMax);
    Promise.resolve()
      .then(check)
      .then(
        (wrong) => resolve(wrong ?? 'ok'),
        (error: unknown) => resolve(error instanceof Error ? error.name : 'failed'),
      )
      .finally(() => clearTimeout(timer));
  });
}

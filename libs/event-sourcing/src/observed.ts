import { canonicalJson } from './json.js';
import type { Observation, Observations } from './use-case.js';

/** Looks at what a decision needs to know from outside the log. Its errors are the command's, which wrote nothing. */
export type Observe = (observation: Observation) => Promise<unknown>;

/** What one command's observations found; each is looked at once, however often it is decided. */
export class Observed {
  readonly #found = new Map<string, Promise<unknown>>();

  constructor(private readonly observe: Observe | undefined) {}

  async all(asked: Observations): Promise<object> {
    const found: Record<string, unknown> = {};
    for (const [name, observation] of Object.entries(asked))
      if (observation !== undefined) found[name] = await this.#one(observation);
    return found;
  }

  #one(observation: Observation): Promise<unknown> {
    if (this.observe === undefined) throw new Error(`nobody can look at ${observation.what} here`);
    const key = canonicalJson(observation);
    const known = this.#found.get(key) ?? this.observe(observation);
    this.#found.set(key, known);
    return known;
  }
}

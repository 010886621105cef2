import type { Health, HealthReport } from './health.js';

const keptMs = 1_000;

/**
 * Anybody may ask for the report, and it asks the database: so one is made at a time and shared by all who ask until a
 * second after it was made, however many ask.
 */
export class HealthReports {
  #latest: { readonly draining: boolean; readonly report: Promise<HealthReport> } | undefined;

  constructor(private readonly health: Health) {}

  /** A stop under way is told at once. */
  latest(): Promise<HealthReport> {
    const { draining } = this.health;
    if (this.#latest?.draining !== draining) this.#latest = { draining, report: this.#made() };
    return this.#latest.report;
  }

  async #made(): Promise<HealthReport> {
    const report = await this.health.report();
    setTimeout(() => (this.#latest = undefined), keptMs).unref();
    return report;
  }
}

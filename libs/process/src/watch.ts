import type { PostgresEventStore } from '#event-store-postgres';
import type { ReadModels } from '#read-models';
import type { Health, Metrics } from '#telemetry';

interface Watching {
  readonly metrics: Metrics;
  readonly health: Health;
}

/** Lets health and metrics look at the store. */
export function watchStore(store: PostgresEventStore, { metrics, health }: Watching): void {
  health.add('store', async () => {
    await store.head();
    return undefined;
  });
  metrics.queueDepth(() => store.queueDepth);
}

/** Lets health and metrics look at the read models. */
export function watchReadModels(readModels: ReadModels, { metrics, health }: Watching): void {
  health.add('projections', async () => {
    const faults = await readModels.faults();
    // Anybody may read this: what is wrong with them may be in PostgreSQL's words, which name what is in a row.
    const names = faults.map(({ projection }) => projection).join(', ');
    return names === '' ? undefined : `not in order: ${names}; \`inquest projections list\` says why`;
  });
  metrics.projections(async () => {
    const all = await readModels.status();
    return all.map(({ name, lag, lagSeconds, parked }) => ({
      projection: name,
      positions: Number(lag),
      seconds: lagSeconds,
      parked,
    }));
  });
}

import type { Config } from '#config';
import { type PostgresEventStore, postgresEventStore } from '#event-store-postgres';
import { createLogger, createMetrics, Health, type Logger, type Metrics, storeObserver } from '#telemetry';
import { serveOperations } from './operations-server.js';
import type { Stops } from './stops.js';
import { watchStore } from './watch.js';

/** What every role begins with. */
export interface Role {
  readonly stops: Stops;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly store: PostgresEventStore;
  /** Serves health and metrics on the port of the process; the URL. For a role that serves nothing else. */
  serve(): Promise<string>;
  /** Says that the role is ready: in the log, and to whoever started it over a channel of Node. */
  ready(url: string): void;
}

/** Sets up what every role has. Connects to nothing yet. */
export function beginRole(config: Config & { readonly postgresUrl: string }): Role {
  const { host, port } = config;
  const logger = createLogger({ level: config.logLevel });
  for (const name of config.unknownNames) logger.warn({ name }, 'a variable that is none of ours');
  const metrics = createMetrics();
  const health = new Health();
  const store = postgresEventStore({ url: config.postgresUrl, observe: storeObserver(metrics, logger) });
  watchStore(store, { metrics, health });
  const stops: Stops = [['the store', () => store.close()]];
  return {
    stops,
    logger,
    metrics,
    health,
    store,
    async serve() {
      const server = await serveOperations({ metrics, health, port, host, setting: 'INQUEST_PORT' });
      stops.push(['the server of /readyz', () => server.close()]);
      return `http://${host}:${server.port}`;
    },
    ready(url) {
      logger.info({ url }, 'ready');
      process.send?.({ url });
    },
  };
}

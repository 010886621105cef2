import { once } from 'node:events';
import { createRequire } from 'node:module';
import { loadPolicies, tokenVerifier } from '#access';
import { type Config, InvalidConfiguration, readConfig, required } from '#config';
import { postgresEventStore } from '#event-store-postgres';
import { ReadModels } from '#read-models';
import { createLogger, createMetrics, Health } from '#telemetry';
import { createApi } from './api.js';
import { watch } from './operations/watch.js';
import { serveMetrics } from './operations/metrics-server.js';

/** The role `api` as a process of its own. Migrates nothing, and keeps no read model up to date: others do. */
async function run(config: Config): Promise<void> {
  const given = required(config, 'postgresUrl', 'hashKey', 'oidcIssuer', 'oidcJwksUrl');
  const logger = createLogger({ level: config.logLevel });
  for (const name of config.unknownNames) logger.warn({ name }, 'a variable that is none of ours');
  const metrics = createMetrics();
  const health = new Health();
  const store = postgresEventStore({ url: given.postgresUrl, observe: metrics.storeObserver });
  const readModels = await ReadModels.open({ url: given.postgresUrl, store });
  watch({ store, readModels, metrics, health });
  const api = await createApi({
    store,
    readModels,
    hashKey: given.hashKey,
    policy: loadPolicies(),
    verifyToken: tokenVerifier({
      issuer: given.oidcIssuer,
      audience: config.oidcAudience,
      jwks: new URL(given.oidcJwksUrl),
      algorithms: config.oidcAlgorithms,
    }),
    logger,
    metrics,
    health,
    version: productVersion(),
    corsOrigins: config.corsOrigins ?? [],
    metricsElsewhere: config.metricsPort !== undefined,
    bounds: {
      commandsInFlightMax: config.commandsInFlightMax,
      queriesInFlightMax: config.queriesInFlightMax,
      requestsPerMinuteMax: config.requestsPerMinuteMax,
      stopTimeoutMs: config.stopTimeoutMs,
    },
  });
  const measured =
    config.metricsPort === undefined
      ? undefined
      : await serveMetrics(metrics, config.metricsPort, config.host);
  logger.info({ url: await api.listen(config.port, config.host) }, 'ready');
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await api.stop();
  await readModels.stop();
  await store.close();
  await measured?.close();
}

function productVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('../../../../package.json');
  return version;
}

try {
  await run(readConfig());
} catch (error) {
  if (!(error instanceof InvalidConfiguration)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

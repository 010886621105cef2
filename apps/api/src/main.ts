import { createRequire } from 'node:module';
import { loadPolicies, tokenVerifier } from '#access';
import { type Config, required } from '#config';
import { postgresEventStore } from '#event-store-postgres';
import { portInUse, run, serveOperations, type Stops, watch } from '#process';
import { ReadModels } from '#read-models';
import { createLogger, createMetrics, Health, storeObserver } from '#telemetry';
import { createApi } from './api.js';
import { startSweeps } from './content/sweeps.js';
import { destroyReturnedKeys } from './protected/erased-keys.js';
import { openContentStore, openProtectedData, returnedKey } from './storage.js';

/**
 * The role `api` as a process of its own. Migrates nothing, and keeps no read model up to date: others do. Rejects when it
 * cannot start; what was started until then ends with the process.
 */
async function start(config: Config): Promise<Stops> {
  const given = required(config, 'postgresUrl', 'hashKey', 'oidcIssuer', 'oidcJwksUrl', 'keysDir');
  // A bucket stands in for the folder.
  const contentDir = config.s3Bucket === undefined ? required(config, 'contentDir').contentDir : '';
  const { host, port, metricsPort } = config;
  const stops: Stops = [];
  const logger = createLogger({ level: config.logLevel });
  for (const name of config.unknownNames) logger.warn({ name }, 'a variable that is none of ours');
  const metrics = createMetrics();
  const health = new Health();
  if (metricsPort !== undefined) {
    const served = await serveOperations({ metrics, port: metricsPort, host }).catch((error: unknown) => {
      throw portInUse(error, metricsPort, 'Give another one in INQUEST_METRICS_PORT.');
    });
    stops.push(() => served.close());
  }
  const store = postgresEventStore({ url: given.postgresUrl, observe: storeObserver(metrics, logger) });
  stops.push(() => store.close());
  const readModels = await ReadModels.open({ url: given.postgresUrl, store });
  stops.push(() => readModels.stop());
  const contentStore = await openContentStore(config, contentDir);
  stops.push(() => contentStore.close());
  const protectedData = await openProtectedData(config, {
    folder: given.keysDir,
    installation: config.installation,
    onReturned: (returned) => logger.error(returned, returnedKey),
  });
  stops.push(() => protectedData.close());
  await destroyReturnedKeys({ readModels, protectedData, logger });
  watch({ store, readModels, metrics, health });
  const api = await createApi({
    store,
    readModels,
    contentStore,
    protectedData,
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
    metricsElsewhere: metricsPort !== undefined,
    bounds: {
      commandsInFlightMax: config.commandsInFlightMax,
      queriesInFlightMax: config.queriesInFlightMax,
      transfersInFlightMax: config.transfersInFlightMax,
      requestsPerMinuteMax: config.requestsPerMinuteMax,
      stopTimeoutMs: config.stopTimeoutMs,
    },
  });
  stops.push(() => api.stop());
  const url = await api.listen(port, host).catch((error: unknown) => {
    throw portInUse(error, port, 'Give another one in INQUEST_PORT.');
  });
  const { hashKey } = given;
  const sweeps = startSweeps({ store, readModels, contentStore, hashKey, logger, metrics }, config);
  stops.push(() => sweeps.stop());
  logger.info({ url }, 'ready');
  return stops;
}

function productVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('../../../../package.json');
  return version;
}

await run(start);

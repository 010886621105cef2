import { createRequire } from 'node:module';
import { loadPolicies, tokenVerifier } from '#access';
import { type Config, required } from '#config';
import { beginRole, portInUse, run, serveOperations, type Stops, watchReadModels } from '#process';
import { ReadModels } from '#read-models';
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
  const role = beginRole(given);
  const { stops, logger, metrics, health, store } = role;
  if (metricsPort !== undefined) {
    const setting = 'INQUEST_METRICS_PORT';
    const served = await serveOperations({ metrics, port: metricsPort, host, setting });
    stops.push(['the server of /metrics', () => served.close()]);
  }
  const readModels = await ReadModels.open({ url: given.postgresUrl, store });
  stops.push(['the read models', () => readModels.stop()]);
  const contentStore = await openContentStore(config, contentDir);
  stops.push(['the content store', () => contentStore.close()]);
  const protectedData = await openProtectedData(config, {
    folder: given.keysDir,
    installation: config.installation,
    onReturned: (returned) => logger.error(returned, returnedKey),
  });
  stops.push(['protected data', () => protectedData.close()]);
  await destroyReturnedKeys({ readModels, protectedData, logger });
  watchReadModels(readModels, { metrics, health });
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
  stops.push(['the API', () => api.stop()]);
  const url = await api.listen(port, host).catch((error: unknown) => {
    throw portInUse(error, port, 'Give another one in INQUEST_PORT.');
  });
  const { hashKey } = given;
  const sweeps = startSweeps({ store, readModels, contentStore, hashKey, logger, metrics }, config);
  stops.push(['the sweeps', () => sweeps.stop()]);
  role.ready(url);
  return stops;
}

function productVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('../../../../package.json');
  return version;
}

await run(start);

import { join } from 'node:path';
import { demoIssuer, demoTokenAlgorithm, loadPolicies, tokenVerifier } from '#access';
import type { Config } from '#config';
import {
  grantLogin,
  migrateEventStore,
  type PostgresEventStore,
  postgresEventStore,
} from '#event-store-postgres';
import { CommandHandler } from '#event-sourcing';
import { portInUse, projectionLog, stopAll, type Stops, watchReadModels, watchStore } from '#process';
import { ReadModels } from '#read-models';
import { createLogger, createMetrics, Health, storeObserver } from '#telemetry';
import {
  type Api,
  createApi,
  destroyReturnedKeys,
  openContentStore,
  openProtectedData,
  returnedKey,
  startSweeps,
} from '../../api/src/index.js';
import { DataFolder } from './data-folder.js';
import { loadDemonstration } from './demonstration/load.js';
import type { Options } from './options.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres/start.js';

/** All of Inquest, running. */
export interface Standalone {
  readonly url: string;
  readonly docs: string;
  readonly data: string;
  /** One token per demo user. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Of every demo user. */
  readonly password: string;
  /** Drains, flushes, closes, and stops the database. May be called again. */
  stop(): Promise<void>;
}

export interface StandaloneOptions extends Options {
  readonly config: Config;
  /** Told what is going on, in whole sentences without a final dot. */
  readonly progress: (line: string) => void;
  /** The database is gone for good; the process should end. */
  readonly onFailure: (error: Error) => void;
  readonly version: string;
}

const host = '127.0.0.1';
/** The same at every start, whatever the port: command ids depend on it. */
const issuerUrl = 'urn:inquest:demo';
const audience = 'inquest';
const appLogin = 'inquest_app';

/**
 * Starts every role in this process, on the PostgreSQL of the data folder. Rejects when it cannot, with everything that
 * was already started stopped again.
 */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const stops: Stops = [];
  const stop = () => stopAll(stops, options.config.stopTimeoutMs);
  try {
    return await start(options, stops, stop);
  } catch (error) {
    // Why it could not start is what has to be told; that it could not be stopped either comes with it.
    await stop().catch((failure: unknown) =>
      options.progress(`Not all could be stopped: ${String(failure)}`),
    );
    throw error;
  }
}

async function start(
  options: StandaloneOptions,
  stops: Stops,
  stop: () => Promise<void>,
): Promise<Standalone> {
  const { config, progress } = options;
  const folder = new DataFolder(options.data);
  const logger = createLogger({ level: config.logLevel });
  const metrics = createMetrics();
  const health = new Health();

  progress('Starting PostgreSQL');
  const database = await startEmbeddedPostgres({
    dataDir: options.data,
    progress,
    onFailure: options.onFailure,
  });
  stops.push(['PostgreSQL', () => database.stop()]);
  const policy = loadPolicies();
  const url = await prepareDatabase(database, folder);
  const store = postgresEventStore({ url, observe: storeObserver(metrics, logger) });
  stops.push(['the store', () => store.close()]);
  const readModels = await ReadModels.open({
    url,
    ownerUrl: database.ownerUrl,
    store,
    observe: projectionLog(logger),
  });
  stops.push(['the read models', () => readModels.stop()]);
  const contentStore = await openContentStore(config, join(options.data, 'content'));
  stops.push(['the content store', () => contentStore.close()]);
  const protectedData = await openProtectedData(config, {
    folder: join(options.data, 'keys'),
    installation: issuerUrl,
    onReturned: (returned) => logger.error(returned, returnedKey),
  });
  stops.push(['protected data', () => protectedData.close()]);
  await destroyReturnedKeys({ readModels, protectedData, logger });
  watchStore(store, { metrics, health });
  watchReadModels(readModels, { metrics, health });

  progress('Starting the API');
  const hashKey = await folder.secret('command-hash');
  const password = (await folder.secret('demo-users')).toString('base64url').slice(0, 12);
  const issuer = await demoIssuer({ issuerUrl, audience, password, listenHost: host });
  const api = await createApi({
    store,
    readModels,
    contentStore,
    protectedData,
    hashKey,
    policy,
    verifyToken: tokenVerifier({
      issuer: issuerUrl,
      audience,
      jwks: issuer.jwks,
      algorithms: [demoTokenAlgorithm],
    }),
    logger,
    metrics,
    health,
    version: options.version,
    demoIssuer: issuer,
    ...(config.corsOrigins && { corsOrigins: config.corsOrigins }),
    bounds: {
      commandsInFlightMax: config.commandsInFlightMax,
      queriesInFlightMax: config.queriesInFlightMax,
      transfersInFlightMax: config.transfersInFlightMax,
      requestsPerMinuteMax: config.requestsPerMinuteMax,
      stopTimeoutMs: config.stopTimeoutMs,
    },
  });
  stops.push(['the API', () => api.stop()]);
  readModels.start();
  readModels.startProcesses(new CommandHandler({ store, hashKey }));
  const apiUrl = await listen(api, options.port);
  const sweeps = startSweeps({ store, readModels, contentStore, hashKey, logger, metrics }, config);
  stops.push(['the sweeps', () => sweeps.stop()]);

  await folder.write('tokens.json', issuer.tokens);
  await folder.write('connection.json', { apiUrl, postgresUrl: url, postgresOwnerUrl: database.ownerUrl });
  stops.push(['connection.json', () => folder.remove('connection.json')]);
  const subjects = Object.fromEntries(issuer.users.map(({ key, subject }) => [key, subject]));
  await demonstrate(options, folder, store, { apiUrl, tokens: issuer.tokens, subjects });

  let stopping: Promise<void> | undefined;
  return {
    url: apiUrl,
    docs: `${apiUrl}/docs`,
    data: options.data,
    tokens: issuer.tokens,
    password,
    stop: () => (stopping ??= stop()),
  };
}

/** Migrates as the owner, and gives the login that everything else uses its rights. */
async function prepareDatabase({ ownerUrl }: EmbeddedPostgres, folder: DataFolder): Promise<string> {
  await migrateEventStore(ownerUrl);
  const password = (await folder.secret('app-login')).toString('base64url');
  await grantLogin(ownerUrl, { login: appLogin, password, roles: ['append', 'read'] });
  const url = new URL(ownerUrl);
  url.username = appLogin;
  url.password = password;
  return url.href;
}

async function listen(api: Api, port: number): Promise<string> {
  try {
    return await api.listen(port, host);
  } catch (error) {
    throw portInUse(error, port, 'Give another one with --port, or 0 for any free one.');
  }
}

/** Into an empty log only, and again into one where an earlier start was cut off while it did so. */
async function demonstrate(
  { empty, progress }: StandaloneOptions,
  folder: DataFolder,
  store: PostgresEventStore,
  audience: Parameters<typeof loadDemonstration>[0],
): Promise<void> {
  const isNew = !empty && (await store.head()) === 0n;
  if (!isNew && !(await folder.isDemonstrationUnfinished())) return;
  progress('Loading the demonstration case');
  await folder.write('demonstration.json', { loaded: false });
  await loadDemonstration(audience);
  await folder.write('demonstration.json', { loaded: true });
}

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Api,
  type ApiBounds,
  createApi,
  destroyReturnedKeys,
  openContentStore,
  openProtectedData,
  returnedKey,
} from '../../apps/api/src/index.js';
import type { ContentStore } from '#content-store';
import {
  type DemoIssuer,
  demoIssuer,
  demoTokenAlgorithm,
  loadPolicies,
  tokenVerifier,
  type VerifyToken,
} from '#access';
import {
  grantLogin,
  migrateEventStore,
  postgresEventStore,
  type PostgresEventStore,
} from '#event-store-postgres';
import { CommandHandler } from '#event-sourcing';
import { migrateRelay } from '#messaging';
import { watchReadModels, watchStore } from '#process';
import { migrateReadModels, projections, ReadModels, type ReadModelsOptions } from '#read-models';
import { createLogger, createMetrics, Health } from '#telemetry';
import { runFolder } from './environment.js';
import { testDatabase } from './postgres.js';

const appLogin = 'inquest_test_api';
const password = 'for tests only';
const issuerUrl = 'http://127.0.0.1/demo';
const audience = 'inquest';
const installation = 'tests';
const hashKey = randomBytes(32);
const policy = loadPolicies();
/** No bucket and, unless told, no KMS: folders. */
const aws = {
  awsRegion: 'eu-central-1',
  awsAccessKeyId: 'tests',
  awsSecretAccessKey: 'tests',
  s3Bucket: undefined,
  s3Prefix: undefined,
  s3Endpoint: undefined,
};
const noKms = { kmsKeyId: undefined, kmsEndpoint: undefined };

/** One database for any number of APIs, all of which take the tokens of one issuer. */
export interface ApiSuite {
  readonly issuer: DemoIssuer;
  /** Where the application connects. */
  readonly url: string;
  /** The superuser's of the same database. */
  readonly ownerUrl: string;
  /** Where all of them keep content and keys: folders `content` and `keys`. */
  readonly folder: string;
  /** What processes of the same installation agree on. */
  readonly hashKey: Buffer;
  readonly installation: string;
  readonly issuerUrl: string;
  /** One more process, as it were: its own connections, caches and port. */
  start(options?: StartOptions): Promise<RunningApi>;
  /** A token of somebody with a demo user's role that expires after so many seconds; of a service on somebody's behalf. */
  expiringToken(role: string, seconds: number, onBehalfOf?: string): Promise<string>;
  /** Waits for a condition, ten seconds at most. */
  until(holds: () => Promise<boolean>): Promise<void>;
  /** Stops what still runs, and drops the database. */
  end(): Promise<void>;
}

export interface StartOptions {
  readonly bounds?: Partial<ApiBounds>;
  /** In place of the suite's database, for instance through a proxy that fails. */
  readonly url?: string;
  /** Of questions to the read models. */
  readonly readBounds?: NonNullable<ReadModelsOptions['readBounds']>;
  readonly corsOrigins?: readonly string[];
  readonly metricsElsewhere?: boolean;
  /** Whether it keeps the read models up to date and carries out what processes ask for; it does unless told. */
  readonly projects?: boolean;
  /** In place of the suite's folder, for instance one that fills up. */
  readonly contentStore?: ContentStore;
  /** In place of the master key in the suite's folder. */
  readonly kms?: { readonly kmsKeyId: string; readonly kmsEndpoint: string };
}

export interface RunningApi {
  readonly url: string;
  readonly api: Api;
  readonly store: PostgresEventStore;
  readonly readModels: ReadModels;
  readonly health: Health;
  /** Commands that are being carried out, and queries that are being answered. */
  inFlight: Api['inFlight'];
  /** What was logged. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

/** On a database of the run's server, or on the server whose owner's URL is given. */
export async function apiSuite(ownerUrl?: string): Promise<ApiSuite> {
  const database = ownerUrl === undefined ? await testDatabase({ template: 'api', prepare }) : undefined;
  if (ownerUrl !== undefined) await prepare(ownerUrl);
  const issuer = await demoIssuer({
    issuerUrl,
    audience,
    password: 'demo',
    listenHost: '127.0.0.1',
  });
  const { privateKey, publicKey } = await generateKeyPair(demoTokenAlgorithm);
  const ownKey = { ...(await exportJWK(publicKey)), kid: 'tests', alg: demoTokenAlgorithm };
  const verifyToken = tokenVerifier({
    issuer: issuerUrl,
    audience,
    jwks: { keys: [...issuer.jwks.keys, ownKey] },
    algorithms: [demoTokenAlgorithm],
    clockToleranceSeconds: 0,
  });
  const running = new Set<RunningApi>();
  const folder = mkdtempSync(join(runFolder(), 'api-'));
  const url = database?.urlAs(appLogin, password) ?? asApp(ownerUrl ?? '');
  return {
    issuer,
    url,
    ownerUrl: database?.ownerUrl ?? ownerUrl ?? '',
    folder,
    hashKey,
    installation,
    issuerUrl,
    start: async (options = {}) => {
      const started = await startApi(options.url ?? url, folder, issuer, verifyToken, options);
      running.add(started);
      return started;
    },
    expiringToken: (role, seconds, onBehalfOf) =>
      new SignJWT({
        roles: [role],
        ...(onBehalfOf === undefined ? {} : { act: { sub: `expiring-${role}` } }),
      })
        .setProtectedHeader({ alg: demoTokenAlgorithm, typ: 'at+jwt', kid: 'tests' })
        .setIssuer(issuerUrl)
        .setAudience(audience)
        .setSubject(onBehalfOf ?? `expiring-${role}`)
        .setIssuedAt()
        .setExpirationTime(`${seconds}s`)
        .sign(privateKey),
    until,
    end: async () => {
      await Promise.all([...running].map((api) => api.stop()));
      await database?.drop();
    },
  };
}

async function prepare(ownerUrl: string): Promise<void> {
  await migrateEventStore(ownerUrl);
  await grantLogin(ownerUrl, { login: appLogin, password, roles: ['append', 'read'] });
  await migrateReadModels(ownerUrl, projections, appLogin);
  await migrateRelay(ownerUrl, appLogin);
}

function asApp(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.username = appLogin;
  url.password = encodeURIComponent(password);
  return url.href;
}

async function startApi(
  url: string,
  folder: string,
  issuer: DemoIssuer,
  verifyToken: VerifyToken,
  options: StartOptions,
): Promise<RunningApi> {
  const metrics = createMetrics();
  const health = new Health();
  const log: string[] = [];
  const store = postgresEventStore({ url, observe: metrics.storeObserver });
  const { readBounds } = options;
  const readModels = await ReadModels.open({ url, store, ...(readBounds ? { readBounds } : {}) });
  if (options.projects ?? true) {
    readModels.start();
    readModels.startProcesses(new CommandHandler({ store, hashKey }));
  }
  watchStore(store, { metrics, health });
  watchReadModels(readModels, { metrics, health });
  const content = options.contentStore ?? (await openContentStore(aws, join(folder, 'content')));
  const logger = createLogger({ level: 'debug', destination: { write: (line) => void log.push(line) } });
  const protectedData = await openProtectedData(
    { ...aws, ...(options.kms ?? noKms) },
    {
      folder: join(folder, 'keys'),
      installation,
      onReturned: (returned) => logger.error(returned, returnedKey),
    },
  );
  await destroyReturnedKeys({ readModels, protectedData, logger });
  const api = await createApi({
    store,
    readModels,
    contentStore: content,
    protectedData,
    hashKey,
    policy,
    verifyToken,
    logger,
    metrics,
    health,
    version: '0.0.0',
    demoIssuer: issuer,
    ...(options.bounds ? { bounds: options.bounds } : {}),
    ...(options.corsOrigins ? { corsOrigins: options.corsOrigins } : {}),
    metricsElsewhere: options.metricsElsewhere ?? false,
  });
  const address = await api.listen(0, '127.0.0.1');
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await api.stop();
    await protectedData.close();
    await readModels.stop();
    await store.close();
  };
  const { inFlight } = api;
  return { url: address, api, store, readModels, health, inFlight, log, stop: () => (stopped ??= stop()) };
}

/** Waits for a condition, ten seconds at most. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('what was waited for did not come');
    await delay(20);
  }
}

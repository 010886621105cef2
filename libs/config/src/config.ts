import { bytes, integer, list, oneOf, only, origin, secureUrl, text, url } from './parsers.js';
import {
  type Environment,
  fault,
  InvalidConfiguration,
  namesOf,
  type Setting,
  type SettingFault,
  type SettingWithFallback,
  valueOf,
} from './setting.js';

function optional<T>(setting: Omit<Setting<T>, 'fallback'>): Setting<T> {
  return setting;
}

function withFallback<T>(setting: SettingWithFallback<T>): SettingWithFallback<T> {
  return setting;
}

const algorithms = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512', 'PS256', 'RS256'] as const;

/** Every variable there is. The reference docs/configuration.md is generated from this table. */
export const settings = {
  store: withFallback({
    name: 'INQUEST_STORE',
    doc: 'Where events are kept; there is one store today.',
    example: 'postgres',
    parse: only('postgres', 'the only event store there is'),
    fallback: 'postgres',
  }),
  postgresUrl: optional({
    name: 'INQUEST_POSTGRES_URL',
    unusedByStandalone: true,
    doc: 'PostgreSQL for appends and reads: a login that may append and read, and nothing more.',
    example: 'postgres://inquest:secret@db.example:5432/inquest',
    parse: url('postgres:', 'postgresql:'),
    secret: true,
  }),
  postgresOwnerUrl: optional({
    name: 'INQUEST_POSTGRES_OWNER_URL',
    unusedByStandalone: true,
    doc: 'PostgreSQL for migrations: the owner of the schemas. Only what migrates needs it.',
    example: 'postgres://owner:secret@db.example:5432/inquest',
    parse: url('postgres:', 'postgresql:'),
    secret: true,
  }),
  host: withFallback({
    name: 'INQUEST_HOST',
    unusedByStandalone: true,
    doc: 'The address that the API listens on.',
    example: '0.0.0.0',
    parse: text,
    fallback: '127.0.0.1',
  }),
  port: withFallback({
    name: 'INQUEST_PORT',
    doc: 'The port that the API listens on; 0 takes a free one.',
    example: '4000',
    parse: integer(0, 65_535),
    fallback: '4000',
  }),
  metricsPort: optional({
    name: 'INQUEST_METRICS_PORT',
    unusedByStandalone: true,
    doc: 'A port of its own for /metrics, which is then not on the API port. Without it /metrics is on the API port and answers to this machine only, and to nothing that a proxy passed on (`Forwarded`, `X-Forwarded-For`).',
    example: '9464',
    parse: integer(1, 65_535),
  }),
  oidcIssuer: optional({
    name: 'INQUEST_OIDC_ISSUER',
    unusedByStandalone: true,
    doc: 'The issuer of access tokens, as their claim `iss` says it.',
    example: 'https://login.example/realms/inquest',
    parse: url('https:', 'http:'),
  }),
  oidcAudience: withFallback({
    name: 'INQUEST_OIDC_AUDIENCE',
    unusedByStandalone: true,
    doc: 'The audience that access tokens must be made for.',
    example: 'inquest',
    parse: text,
    fallback: 'inquest',
  }),
  oidcJwksUrl: optional({
    name: 'INQUEST_OIDC_JWKS_URL',
    unusedByStandalone: true,
    doc: 'Where the issuer publishes its keys (JWKS). Over plain http on this machine only: whoever can change the keys can sign in as anybody.',
    example: 'https://login.example/realms/inquest/protocol/openid-connect/certs',
    parse: secureUrl,
  }),
  oidcAlgorithms: withFallback({
    name: 'INQUEST_OIDC_ALGORITHMS',
    unusedByStandalone: true,
    doc: 'The algorithms that the issuer signs with, between commas.',
    example: 'ES256',
    parse: list(oneOf(algorithms)),
    fallback: 'ES256,PS256,RS256,EdDSA',
  }),
  hashKey: optional({
    name: 'INQUEST_HASH_KEY',
    unusedByStandalone: true,
    doc: 'Key of the command hashes, base64 of at least 32 bytes: the same in every process of an installation, for ever.',
    example: 'the output of `openssl rand -base64 32`',
    parse: bytes(32),
    secret: true,
  }),
  logLevel: withFallback({
    name: 'INQUEST_LOG_LEVEL',
    doc: 'The least important log lines that are written.',
    example: 'info',
    parse: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    fallback: 'info',
  }),
  corsOrigins: optional({
    name: 'INQUEST_CORS_ORIGINS',
    doc: 'Web origins whose pages may call the API, between commas. Without it no other origin may.',
    example: 'https://board.example',
    parse: list(origin),
  }),
  commandsInFlightMax: withFallback({
    name: 'INQUEST_COMMANDS_IN_FLIGHT_MAX',
    doc: 'Commands that one process carries out at the same time, a quarter of them for one caller at most; more are answered 503 `overloaded` or 429 `rate-limited` at once.',
    example: '512',
    parse: integer(1, 100_000),
    fallback: '512',
  }),
  queriesInFlightMax: withFallback({
    name: 'INQUEST_QUERIES_IN_FLIGHT_MAX',
    doc: 'Queries that one process answers at the same time, a quarter of them for one caller at most; more are answered 503 `overloaded` or 429 `rate-limited` at once. Event streams do not count.',
    example: '256',
    parse: integer(1, 100_000),
    fallback: '256',
  }),
  requestsPerMinuteMax: withFallback({
    name: 'INQUEST_REQUESTS_PER_MINUTE_MAX',
    doc: 'Requests per minute that one process takes from one caller, and from one address without sign-in or with sign-ins that fail; more are answered 429 `rate-limited`. The address is that of the connection: behind a proxy, the proxy’s.',
    example: '6000',
    parse: integer(1, 100_000_000),
    fallback: '60000',
  }),
  stopTimeoutMs: withFallback({
    name: 'INQUEST_STOP_TIMEOUT_MS',
    doc: 'How long a graceful stop may take, in milliseconds, before connections are cut.',
    example: '20000',
    parse: integer(100, 600_000),
    fallback: '20000',
  }),
} as const;

type ValueOf<S> =
  S extends SettingWithFallback<infer T> ? T : S extends Setting<infer T> ? T | undefined : never;

/** The environment, parsed once. What has no fallback may be `undefined`; `required` says who needs it. */
export type Config = { readonly [K in keyof typeof settings]: ValueOf<(typeof settings)[K]> } & {
  /** Variables that look like ours and are not: most likely misspelt. */
  readonly unknownNames: readonly string[];
  /** Variables that are set and that `npm start` does not use. */
  readonly unusedByStandalone: readonly string[];
};

/** Parses the environment. Throws `InvalidConfiguration` with every fault at once. */
export function readConfig(environment: Environment = process.env): Config {
  const faults: SettingFault[] = [];
  const values = Object.entries(settings).map(([key, setting]): [string, unknown] => {
    try {
      return [key, valueOf<unknown>(setting, environment)];
    } catch (error) {
      if (!(error instanceof InvalidConfiguration)) throw error;
      faults.push(...error.faults);
      return [key, undefined];
    }
  });
  if (faults.length > 0) throw new InvalidConfiguration(faults);
  const config = {
    ...Object.fromEntries(values),
    unknownNames: unknownNames(environment),
    unusedByStandalone: unusedByStandalone(environment),
  };
  if (!isComplete(config)) throw new Error('a setting was left out');
  return config;
}

/** Each value comes from the parser that stands under the same key in `settings`, which gives it its type. */
function isComplete(values: object): values is Config {
  return Object.keys(settings).every((key) => key in values);
}

type Given<K extends keyof typeof settings> = Config & { readonly [P in K]: NonNullable<Config[P]> };

/** The same configuration, with these known to be set. Throws `InvalidConfiguration` with every one that is not. */
export function required<K extends keyof typeof settings>(config: Config, ...keys: readonly K[]): Given<K> {
  if (hasAll(config, keys)) return config;
  throw new InvalidConfiguration(
    keys
      .filter((key) => config[key] === undefined)
      .flatMap((key) => fault(settings[key], 'is needed and not set').faults),
  );
}

function hasAll<K extends keyof typeof settings>(config: Config, keys: readonly K[]): config is Given<K> {
  return keys.every((key) => config[key] !== undefined);
}

function unusedByStandalone(environment: Environment): string[] {
  return Object.values<Setting>(settings)
    .filter((setting) => setting.unusedByStandalone)
    .flatMap(namesOf)
    .filter((name) => (environment[name] ?? '') !== '');
}

function unknownNames(environment: Environment): string[] {
  const known = new Set<string>(Object.values<Setting>(settings).flatMap(namesOf));
  return Object.keys(environment).filter(
    (name) => name.startsWith('INQUEST_') && !name.startsWith('INQUEST_TEST_') && !known.has(name),
  );
}

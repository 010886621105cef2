import { bytes, integer, list, oneOf, only, origin, secureUrl, text, url } from './parsers.js';
import type { Setting, SettingWithFallback } from './setting.js';

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
  transfersInFlightMax: withFallback({
    name: 'INQUEST_TRANSFERS_IN_FLIGHT_MAX',
    doc: 'Uploads and downloads of content that one process serves at the same time, a quarter of them for one caller at most; more are answered 503 `overloaded` or 429 `rate-limited` at once.',
    example: '32',
    parse: integer(1, 10_000),
    fallback: '32',
  }),
  installation: withFallback({
    name: 'INQUEST_INSTALLATION',
    unusedByStandalone: true,
    doc: 'The name of this installation, the same in every process of it, for ever: sealed fields open under the name they were sealed under.',
    example: 'prosecution-service-osa',
    parse: text,
    fallback: 'inquest',
  }),
  contentDir: optional({
    name: 'INQUEST_CONTENT_DIR',
    unusedByStandalone: true,
    doc: 'The folder in which the content of evidence is kept, shared by every process, unless `INQUEST_S3_BUCKET` names a bucket.',
    example: '/var/lib/inquest/content',
    parse: text,
  }),
  s3Bucket: optional({
    name: 'INQUEST_S3_BUCKET',
    doc: 'The bucket of an S3-compatible store in which the content of evidence is kept, in place of a folder.',
    example: 'inquest-content',
    parse: text,
  }),
  s3Prefix: optional({
    name: 'INQUEST_S3_PREFIX',
    doc: 'What the names of the objects in the bucket begin with.',
    example: 'osa/',
    parse: text,
  }),
  s3Endpoint: optional({
    name: 'INQUEST_S3_ENDPOINT',
    doc: 'Where the S3-compatible store is, if it is not that of AWS.',
    example: 'https://s3.example',
    parse: url('https:', 'http:'),
  }),
  keysDir: optional({
    name: 'INQUEST_KEYS_DIR',
    unusedByStandalone: true,
    doc: 'The folder of the keys that seal identities, shared by every process and by nobody else; its backups are not those of the database. See protected-data.md.',
    example: '/var/lib/inquest/keys',
    parse: text,
  }),
  kmsKeyId: optional({
    name: 'INQUEST_KMS_KEY_ID',
    doc: 'The key of the AWS KMS API that is the master key, in place of the file `master.key` in the folder of the keys.',
    example: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd',
    parse: text,
  }),
  kmsEndpoint: optional({
    name: 'INQUEST_KMS_ENDPOINT',
    doc: 'Where the KMS is, if it is not that of AWS.',
    example: 'https://kms.example',
    parse: url('https:', 'http:'),
  }),
  awsRegion: withFallback({
    name: 'INQUEST_AWS_REGION',
    doc: 'The region of the bucket and of the KMS.',
    example: 'eu-central-1',
    parse: text,
    fallback: 'eu-central-1',
  }),
  awsAccessKeyId: optional({
    name: 'INQUEST_AWS_ACCESS_KEY_ID',
    doc: 'The access key for bucket and KMS. Without it they are found as AWS clients find them: its environment variables, files and instance roles.',
    example: 'AKIAIOSFODNN7EXAMPLE',
    parse: text,
  }),
  awsSecretAccessKey: optional({
    name: 'INQUEST_AWS_SECRET_ACCESS_KEY',
    doc: 'The secret that goes with the access key.',
    example: 'the secret of the access key',
    parse: text,
    secret: true,
  }),
  integrityCheckDays: withFallback({
    name: 'INQUEST_INTEGRITY_CHECK_DAYS',
    doc: 'After how many days stored content is hashed again by itself; 0 never.',
    example: '30',
    parse: integer(0, 3_650),
    fallback: '30',
  }),
  integrityCheckMibPerSecond: withFallback({
    name: 'INQUEST_INTEGRITY_CHECK_MIB_PER_SECOND',
    doc: 'How fast content is read for these checks at most, in MiB per second.',
    example: '50',
    parse: integer(1, 100_000),
    fallback: '50',
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

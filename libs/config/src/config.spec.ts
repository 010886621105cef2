import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationMarkdown } from './configuration-markdown.js';
import { readConfig, required } from './config.js';
import { settings } from './settings.js';
import { InvalidConfiguration, type Setting } from './setting.js';

function faultsOf(work: () => unknown): InvalidConfiguration['faults'] {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.faults;
    throw error;
  }
  return [];
}

test('an empty environment gives every fallback', () => {
  expect(readConfig({})).toMatchObject({ store: 'postgres', port: 4000, postgresUrl: undefined });
});

test('every fault is named at once, with its variable and an example', () => {
  const faults = faultsOf(() => readConfig({ INQUEST_PORT: '70000', INQUEST_STORE: 'files' }));
  expect(faults).toEqual([
    {
      name: 'INQUEST_STORE',
      problem: 'must be postgres, the only event store there is',
      example: 'postgres',
    },
    { name: 'INQUEST_PORT', problem: 'must be a whole number from 0 to 65535', example: '4000' },
  ]);
});

test.each([
  ['INQUEST_POSTGRES_URL', 'mysql://db/inquest'],
  ['INQUEST_STORE', 'eventstoredb'],
  ['INQUEST_OIDC_JWKS_URL', 'http://login.example/keys'],
  ['INQUEST_OIDC_JWKS_URL', 'http://127.0.0.1.login.example/keys'],
  ['INQUEST_CORS_ORIGINS', 'https://board.example/'],
  ['INQUEST_HASH_KEY', 'c2hvcnQ='],
  ['INQUEST_HASH_KEY', 'not base64 at all'],
  ['INQUEST_OIDC_ALGORITHMS', 'none'],
  ['INQUEST_STOP_TIMEOUT_MS', '1e4'],
])('%s refuses %s', (name, value) => {
  expect(faultsOf(() => readConfig({ [name]: value })).map((fault) => fault.name)).toEqual([name]);
});

test('a wrong secret is not shown', () => {
  expect(() => readConfig({ INQUEST_POSTGRES_URL: 'mysql://u:hunter2@db' })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
  );
});

describe('a secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'inquest-config-'));
  const file = join(folder, 'url');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read without the line break at its end', () => {
    writeFileSync(file, 'postgres://u:p@db/inquest\n');
    expect(readConfig({ INQUEST_POSTGRES_URL_FILE: file }).postgresUrl).toBe('postgres://u:p@db/inquest');
  });

  test('beside the variable itself is refused', () => {
    const both = { INQUEST_POSTGRES_URL_FILE: file, INQUEST_POSTGRES_URL: 'postgres://db/inquest' };
    expect(faultsOf(() => readConfig(both))[0]?.problem).toContain('INQUEST_POSTGRES_URL_FILE');
  });

  test('that is not there is named', () => {
    const faults = faultsOf(() => readConfig({ INQUEST_HASH_KEY_FILE: join(folder, 'missing') }));
    expect(faults[0]?.problem).toContain('ENOENT');
  });

  test('is not offered for what is no secret', () => {
    expect(readConfig({ INQUEST_PORT_FILE: file }).unknownNames).toEqual(['INQUEST_PORT_FILE']);
  });
});

test('what is needed and not set is named, all of it', () => {
  const config = readConfig({ INQUEST_OIDC_ISSUER: 'https://login.example' });
  const faults = faultsOf(() => required(config, 'postgresUrl', 'oidcIssuer', 'hashKey'));
  expect(faults.map(({ name }) => name)).toEqual(['INQUEST_POSTGRES_URL', 'INQUEST_HASH_KEY']);
});

test('keys may come over plain http from this machine', () => {
  const urls = [
    'http://127.0.0.1:8080/keys',
    'http://localhost/keys',
    'http://[::1]/keys',
    'https://a.example/',
  ];
  for (const url of urls) expect(readConfig({ INQUEST_OIDC_JWKS_URL: url }).oidcJwksUrl).toBe(url);
});

test('what is set for a process of its own is told to who starts the standalone', () => {
  const environment = { INQUEST_HOST: '0.0.0.0', INQUEST_OIDC_ISSUER: '', INQUEST_LOG_LEVEL: 'warn' };
  expect(readConfig(environment).unusedByStandalone).toEqual(['INQUEST_HOST']);
});

test('misspelt variables are found', () => {
  expect(
    readConfig({ INQUEST_PROT: '1', INQUEST_KAFKA_BROKER: 'kafka1:9092', INQUEST_TEST_DIR: 'x', PATH: '' })
      .unknownNames,
  ).toEqual(['INQUEST_PROT', 'INQUEST_KAFKA_BROKER']);
});

test('the reference names every variable', () => {
  const markdown = configurationMarkdown();
  for (const { name } of Object.values<Setting>(settings)) expect(markdown).toContain(`\`${name}\``);
});

import { InvalidConfiguration, readConfig, required } from '#config';
import { kafkaConnection } from './from-config.js';

const connectionOf = (environment: Readonly<Record<string, string>>) =>
  kafkaConnection(
    required(readConfig({ INQUEST_KAFKA_BROKERS: 'kafka.example:9093', ...environment }), 'kafkaBrokers'),
    'tests',
  );
const faultsOf = (environment: Readonly<Record<string, string>>) => {
  try {
    connectionOf(environment);
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.faults.map(({ name }) => name);
    throw error;
  }
  return [];
};
const user = { INQUEST_KAFKA_USERNAME: 'inquest', INQUEST_KAFKA_PASSWORD: 'only for tests' };

test('certificates are checked against the authority that is given, and a user signs in', () => {
  const given = { INQUEST_KAFKA_TLS: 'on', INQUEST_KAFKA_TLS_CA: 'a certificate', ...user };
  expect(connectionOf(given)).toMatchObject({
    brokers: ['kafka.example:9093'],
    tls: { ca: 'a certificate' },
    sasl: { mechanism: 'scram-sha-512', username: 'inquest', password: 'only for tests' },
  });
});

test.each([
  ['an authority without TLS', { INQUEST_KAFKA_TLS_CA: 'a certificate' }, 'INQUEST_KAFKA_TLS'],
  ['a user without a password', { INQUEST_KAFKA_USERNAME: 'inquest' }, 'INQUEST_KAFKA_PASSWORD'],
  ['a password without a user', { INQUEST_KAFKA_PASSWORD: 'only for tests' }, 'INQUEST_KAFKA_USERNAME'],
  [
    'a password in clear text on a network',
    { ...user, INQUEST_KAFKA_SASL_MECHANISM: 'plain', INQUEST_KAFKA_BROKERS: 'localhost:9092,10.0.0.1:9092' },
    'INQUEST_KAFKA_TLS',
  ],
])('%s is refused', (_, environment: Readonly<Record<string, string>>, name) => {
  expect(faultsOf(environment)).toEqual([name]);
});

test('a password in clear text passes on this machine, and encrypted', () => {
  const plain = { ...user, INQUEST_KAFKA_SASL_MECHANISM: 'plain' };
  const local = 'localhost:9092,127.0.0.1:9093,[::1]:9094';
  expect(faultsOf({ ...plain, INQUEST_KAFKA_BROKERS: local })).toEqual([]);
  expect(faultsOf({ ...plain, INQUEST_KAFKA_TLS: 'on' })).toEqual([]);
});

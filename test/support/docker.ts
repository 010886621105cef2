import { request } from 'node:http';
import { type Availability } from './available.js';

const answerMsMax = 1_000;

/** Asks the engine that DOCKER_HOST names, else the one at Docker's usual socket. Answers within a second. */
export async function dockerEngine(): Promise<Availability> {
  const address = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  const where = new URL(address);
  const target =
    where.protocol === 'unix:'
      ? { socketPath: where.pathname }
      : { host: where.hostname, port: where.port === '' ? 2375 : Number(where.port) };
  return new Promise((resolve) => {
    const refuse = (why: string): void =>
      resolve({ available: false, reason: `no Docker engine answers at ${address} (${why})` });
    const ping = request({ ...target, path: '/_ping', timeout: answerMsMax }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve({ available: true });
      else refuse(`status ${response.statusCode}`);
    });
    ping.once('timeout', () => ping.destroy(new Error('timeout')));
    ping.once('error', (error) => refuse('code' in error ? String(error.code) : error.message));
    ping.end();
  });
}

/** PostgreSQL's image, configurable where the public one cannot be pulled. */
export function postgresImage(): string {
  return process.env.INQUEST_TEST_POSTGRES_IMAGE ?? 'postgres:18';
}

/** Kafka's image, configurable as that of PostgreSQL. */
export function kafkaImage(): string {
  return process.env.INQUEST_TEST_KAFKA_IMAGE ?? 'apache/kafka:4.3.1';
}

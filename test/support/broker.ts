import type { Availability } from './available.js';
import { dockerEngine } from './docker.js';
import { setting } from './environment.js';
import { javaAndMaven } from './kafka.js';
import type { RunBroker } from './run-broker.js';

/** The broker that all suites of a run share. The first call of a run starts it. */
export async function runBroker(): Promise<Omit<RunBroker, 'stop'>> {
  const response = await fetch(`${setting('INQUEST_TEST_KEEPER_URL')}/kafka`);
  const body = await response.text();
  if (!response.ok) throw new Error(`The run has no Kafka broker: ${body}`);
  return JSON.parse(body);
}

/** Whether the run can have a broker. */
export async function aBroker(): Promise<Availability> {
  if (process.env.INQUEST_TEST_KAFKA_BROKERS !== undefined) return { available: true };
  const engine = await dockerEngine();
  return engine.available ? engine : javaAndMaven();
}

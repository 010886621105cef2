import { join } from 'node:path';
import { dockerEngine, kafkaImage } from './docker.js';
import { startKafka } from './kafka.js';
import { freePort } from './kafka-node.js';

/** The Kafka broker that all suites of a run share; each keeps to names of its own. */
export interface RunBroker {
  readonly brokers: string;
  readonly source: 'environment' | 'container' | 'local';
  /** Why it is not a container; empty when it is one. */
  readonly notContainer: string;
  stop(): Promise<void>;
}

/**
 * The broker that INQUEST_TEST_KAFKA_BROKERS names; else a container where Docker can give one; else the one of
 * `npm run kafka`, which needs Java and Maven. Rejects with what it lacks.
 */
export async function startRunBroker(dir: string): Promise<RunBroker> {
  const brokers = process.env.INQUEST_TEST_KAFKA_BROKERS;
  if (brokers !== undefined)
    return {
      brokers,
      source: 'environment',
      notContainer: 'INQUEST_TEST_KAFKA_BROKERS names brokers',
      stop: async () => undefined,
    };
  const engine = await dockerEngine();
  if (!engine.available) return startLocal(dir, engine.reason);
  try {
    return await startContainer();
  } catch (error) {
    return startLocal(dir, `Docker could not run ${kafkaImage()}: ${String(error)}`);
  }
}

async function startLocal(dir: string, notContainer: string): Promise<RunBroker> {
  const kafka = await startKafka(join(dir, 'kafka'));
  return {
    brokers: kafka.brokers,
    source: 'local',
    notContainer,
    stop: async () => void (await kafka.stop()),
  };
}

const containerPort = 9092;

/** Clients are sent where the broker says that it is, so the port on this machine has to be known beforehand. */
async function startContainer(): Promise<RunBroker> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const port = await freePort();
  const container = await new GenericContainer(kafkaImage())
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_LISTENERS: `PLAINTEXT://:${containerPort},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '1',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    })
    .withExposedPorts({ container: containerPort, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return {
    brokers: `127.0.0.1:${port}`,
    source: 'container',
    notContainer: '',
    stop: async () => void (await container.stop()),
  };
}

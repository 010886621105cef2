import kafkajs, { type Admin, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { MessageBroker } from '../message-broker.js';
import { available, readRetries, retryMs } from './availability.js';
import { follow } from './follow.js';
import { newest } from './newest.js';
import { openProducer } from './producer.js';
import { configure, create, describe, onAdmin } from './topic-admin.js';

// Node finds no named exports in this CommonJS module.
const { logLevel } = kafkajs;

/** How to reach and to be let into a Kafka cluster. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and metrics. */
  readonly clientId: string;
  /** TLS; the certificate authority in PEM where it is not one that Node knows. */
  readonly tls?: { readonly ca?: string };
  readonly sasl?: Extract<SASLOptions, { readonly username: string }>;
  /** Before the names of all topics and groups, where several installations share a cluster. */
  readonly prefix?: string;
  /** What the client says about its connections; what matters comes as a rejection. */
  readonly log?: (line: string) => void;
}

const connectTimeoutMs = 3_000;
const requestTimeoutMs = 15_000;

/** A cluster by way of kafkajs, which only this folder knows. */
export function kafkaBroker(connection: KafkaConnection): MessageBroker {
  const kafka = new kafkajs.Kafka(configOf(connection));
  const { prefix = '' } = connection;
  const named = <T extends { readonly name: string }>(topics: readonly T[]) =>
    topics.map((topic) => ({ ...topic, name: prefix + topic.name }));
  const withAdmin = <T>(work: (admin: Admin) => Promise<T>): Promise<T> =>
    available(() => onAdmin(kafka, work));
  return {
    producer: () => available(() => openProducer(kafka, prefix)),
    follow: (of) => follow(kafka, { ...of, topic: prefix + of.topic, group: prefix + of.group }),
    newest: (topic, countMax) => available(() => newest(kafka, prefix + topic, countMax)),
    describe: (names, settings) =>
      withAdmin(async (admin) => {
        const found = await describe(
          admin,
          names.map((name) => prefix + name),
          settings,
        );
        return found.map((topic) => ({ ...topic, name: topic.name.slice(prefix.length) }));
      }),
    create: (topics) => withAdmin((admin) => create(admin, named(topics))),
    configure: (topics) => withAdmin((admin) => configure(admin, named(topics))),
  };
}

function configOf({ brokers, clientId, tls, sasl, log }: KafkaConnection): KafkaConfig {
  return {
    brokers: [...brokers],
    clientId,
    connectionTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry: { retries: readRetries, initialRetryTime: retryMs },
    ...(tls ? { ssl: tls.ca === undefined ? true : { ca: tls.ca } } : {}),
    ...(sasl ? { sasl } : {}),
    logLevel: log ? logLevel.WARN : logLevel.NOTHING,
    logCreator:
      () =>
      ({ log: { message } }) =>
        log?.(message),
  };
}

import type { Config } from '#config';
import type { KafkaConnection } from './kafka-broker.js';
import type { TopicSettings } from './topics.js';

/** How the configuration says that Kafka is reached. */
export function kafkaConnection(
  config: Config & { readonly kafkaBrokers: readonly string[] },
  clientId: string,
  log?: (line: string) => void,
): KafkaConnection {
  const { kafkaBrokers: brokers, kafkaTls, kafkaTlsCa: ca, kafkaSaslMechanism: mechanism } = config;
  const { kafkaUsername: username, kafkaPassword: password = '', kafkaPrefix: prefix } = config;
  return {
    brokers,
    clientId,
    prefix,
    ...(kafkaTls === 'on' ? { tls: ca === undefined ? {} : { ca } } : {}),
    ...(username === undefined ? {} : { sasl: { mechanism, username, password } }),
    ...(log ? { log } : {}),
  };
}

/** What the configuration says of the topics. */
export function topicSettings(config: Config): TopicSettings {
  return {
    replicas: config.kafkaReplicas,
    inSyncMin: config.kafkaInSyncMin,
    publicPartitions: config.kafkaPublicPartitions,
    internalRetentionDays: config.kafkaInternalRetentionDays,
    publicRetentionDays: config.kafkaPublicRetentionDays,
  };
}

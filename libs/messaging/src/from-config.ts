import { type Config, InvalidConfiguration, type SettingFault } from '#config';
import type { KafkaConnection } from './kafka/kafka-broker.js';
import type { TopicSettings } from './topics.js';

type WithBrokers = Config & { readonly kafkaBrokers: readonly string[] };

/**
 * How the configuration says that Kafka is reached. Throws `InvalidConfiguration` where settings do not go together, so that
 * nobody takes a connection for safer than it is.
 */
export function kafkaConnection(
  config: WithBrokers,
  clientId: string,
  log?: (line: string) => void,
): KafkaConnection {
  const faults = faultsOf(config);
  if (faults.length > 0) throw new InvalidConfiguration(faults);
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

function faultsOf(config: WithBrokers): SettingFault[] {
  const { kafkaTls, kafkaTlsCa, kafkaSaslMechanism, kafkaUsername, kafkaPassword, kafkaBrokers } = config;
  const faults: SettingFault[] = [];
  const isClear = kafkaTls === 'off';
  if (isClear && kafkaTlsCa !== undefined) faults.push(tlsNeeded('INQUEST_KAFKA_TLS_CA is given'));
  if (
    isClear &&
    kafkaUsername !== undefined &&
    kafkaSaslMechanism === 'plain' &&
    !kafkaBrokers.every(isLocal)
  )
    faults.push(tlsNeeded('INQUEST_KAFKA_SASL_MECHANISM plain sends the password as it is'));
  if (kafkaUsername !== undefined && kafkaPassword === undefined)
    faults.push({
      name: 'INQUEST_KAFKA_PASSWORD',
      problem: 'is needed with INQUEST_KAFKA_USERNAME',
      example: 'the password of the user',
    });
  if (kafkaUsername === undefined && kafkaPassword !== undefined)
    faults.push({
      name: 'INQUEST_KAFKA_USERNAME',
      problem: 'is needed with INQUEST_KAFKA_PASSWORD',
      example: 'inquest',
    });
  return faults;
}

const tlsNeeded = (why: string): SettingFault => ({
  name: 'INQUEST_KAFKA_TLS',
  problem: `must be on where ${why}`,
  example: 'on',
});

const isLocal = (broker: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\]):\d+$/i.test(broker);

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

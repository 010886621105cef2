export { attributesOf, sourceOf } from './cloud-event.js';
export { internalTopicFeed } from './feed/internal-topic-feed.js';
export { kafkaConnection, topicSettings } from './from-config.js';
export { internalRecord, readInternalRecord, type Seal, sealOf } from './internal-event.js';
export { kafkaBroker, type KafkaConnection } from './kafka/kafka-broker.js';
export {
  BrokerUnavailable,
  type IncomingRecord,
  type MessageBroker,
  type OutgoingRecord,
  type TopicDescription,
} from './message-broker.js';
export { Notices } from './notices.js';
export { internalPublication } from './relay/internal-publication.js';
export { newestPublished } from './relay/newest-published.js';
export { publicPublication } from './relay/public-publication.js';
export { migrateRelay } from './relay/migrate-relay.js';
export type { Publication } from './relay/publication.js';
export { Relay, type RelayObserver } from './relay/relay.js';
export { RelayState } from './relay/relay-state.js';
export {
  applyTopics,
  checkTopics,
  demandTopics,
  internalTopic,
  type TopicDifference,
  topicsOf,
  type TopicSettings,
} from './topics.js';

import { publicCategories } from '#domain';
import { topicOf } from '#public-contract';
import type { MessageBroker, TopicDescription } from './message-broker.js';

/** Every event with its whole envelope, for the institution's own services. One partition: its order is the log's. */
export const internalTopic = 'inquest.internal.events.v1';
/** What a projection could not process, and what was no message of ours: tells somebody, and nothing depends on it. */
export const parkedTopic = 'inquest.parked.v1';
/** What the installation decides about its topics. */
export interface TopicSettings {
  readonly replicas: number;
  readonly inSyncMin: number;
  readonly publicPartitions: number;
  /** 0 keeps for ever. */
  readonly internalRetentionDays: number;
  readonly publicRetentionDays: number;
}

const dayMs = 24 * 60 * 60 * 1_000;
/** More than twice what one append may hold; a batch of ours is kept below half of it. */
export const messageBytesMax = 2 * 1024 * 1024;

/** Every topic, as it has to be. */
export function topicsOf(given: TopicSettings): TopicDescription[] {
  const { replicas, inSyncMin, publicPartitions, internalRetentionDays, publicRetentionDays } = given;
  const topic = (name: string, partitions: number, retentionDays: number): TopicDescription => ({
    name,
    partitions,
    replicas,
    settings: {
      // Compaction would erase history.
      'cleanup.policy': 'delete',
      'retention.ms': retentionDays === 0 ? '-1' : String(retentionDays * dayMs),
      'retention.bytes': '-1',
      'min.insync.replicas': String(inSyncMin),
      'max.message.bytes': String(messageBytesMax),
    },
  });
  return [
    topic(internalTopic, 1, internalRetentionDays),
    ...publicCategories.map((category) => topic(topicOf(category), publicPartitions, publicRetentionDays)),
    topic(parkedTopic, 1, internalRetentionDays),
  ];
}

/** One topic that is not as it has to be. */
export interface TopicDifference {
  readonly topic: string;
  /** In words; begins with what is. */
  readonly difference: string;
  /** Whether `applyTopics` puts it right. */
  readonly isApplicable: boolean;
}

/** How the topics of a broker differ from what they have to be. Rejects with `BrokerUnavailable`. */
export async function checkTopics(
  broker: MessageBroker,
  wanted: readonly TopicDescription[],
): Promise<TopicDifference[]> {
  const settings = [...new Set(wanted.flatMap((topic) => Object.keys(topic.settings)))];
  const found = await broker.describe(
    wanted.map(({ name }) => name),
    settings,
  );
  return wanted.flatMap((topic) =>
    differencesOf(
      topic,
      found.find(({ name }) => name === topic.name),
    ),
  );
}

function differencesOf(wanted: TopicDescription, found: TopicDescription | undefined): TopicDifference[] {
  const topic = wanted.name;
  if (!found) return [{ topic, difference: 'is not there', isApplicable: true }];
  const settings = Object.entries(wanted.settings)
    .filter(([name, value]) => found.settings[name] !== value)
    .map(([name, value]) => ({
      topic,
      difference: `has ${name} ${found.settings[name] ?? 'unset'}, and not ${value}`,
      isApplicable: true,
    }));
  const fixed = [
    ...(found.partitions === wanted.partitions
      ? []
      : [`${found.partitions} partitions, and not ${wanted.partitions}`]),
    ...(found.replicas >= wanted.replicas ? [] : [`${found.replicas} replicas, and not ${wanted.replicas}`]),
  ];
  return [...fixed.map((what) => ({ topic, difference: `has ${what}`, isApplicable: false })), ...settings];
}

/**
 * Makes the topics that are missing and puts right what can be put right; gives what cannot, which takes a person: the
 * number of partitions decides which events are in order, and replicas are moved by whoever runs the cluster. Rejects with
 * `BrokerUnavailable`. Can be repeated.
 */
export async function applyTopics(
  broker: MessageBroker,
  wanted: readonly TopicDescription[],
): Promise<{ readonly applied: TopicDifference[]; readonly left: TopicDifference[] }> {
  const differences = await checkTopics(broker, wanted);
  const applied = differences.filter(({ isApplicable }) => isApplicable);
  const found = await broker.describe(
    wanted.map(({ name }) => name),
    [],
  );
  const isThere = ({ name }: TopicDescription) => found.some((topic) => topic.name === name);
  const missing = wanted.filter((topic) => !isThere(topic));
  if (missing.length > 0) await broker.create(missing);
  const changed = wanted.filter((topic) => isThere(topic) && applied.some((one) => one.topic === topic.name));
  if (changed.length > 0) await broker.configure(changed);
  return { applied, left: await checkTopics(broker, wanted) };
}

/** The topics are not as they have to be, and nothing is published on them before they are. */
export class WrongTopics extends Error {
  override readonly name = 'WrongTopics';
  constructor(readonly differences: readonly TopicDifference[]) {
    const lines = differences.map(({ topic, difference }) => `${topic} ${difference}`);
    super(`the topics are not as they have to be: run inquest topics apply\n${lines.join('\n')}`);
  }
}

/** Rejects with `WrongTopics` and `BrokerUnavailable`. */
export async function demandTopics(
  broker: MessageBroker,
  wanted: readonly TopicDescription[],
): Promise<void> {
  const differences = await checkTopics(broker, wanted);
  if (differences.length > 0) throw new WrongTopics(differences);
}

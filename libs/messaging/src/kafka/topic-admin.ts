import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { TopicDescription } from '../message-broker.js';
import { retryMs } from './availability.js';

const { ConfigResourceTypes, ConfigSource } = kafkajs;

const propagationMsMax = 5_000;

/** Gives `work` a connection of its own. */
export async function onAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Those of these topics that exist, with the values of these settings. */
export async function describe(
  admin: Admin,
  names: readonly string[],
  settings: readonly string[],
): Promise<TopicDescription[]> {
  const known = new Set(await admin.listTopics());
  const there = names.filter((name) => known.has(name));
  if (there.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: there });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: there.map((name) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configNames: [...settings],
    })),
  });
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    settings: Object.fromEntries(
      resources
        .filter(({ resourceName }) => resourceName === name)
        .flatMap(({ configEntries }) =>
          configEntries.map(({ configName, configValue }) => [configName, configValue]),
        ),
    ),
  }));
}

/** Makes topics, and waits until they are known. */
export async function create(admin: Admin, topics: readonly TopicDescription[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map(({ name, partitions, replicas, settings }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: entriesOf(settings),
    })),
  });
  const names = topics.map(({ name }) => name);
  await known(() => isThere(admin, names));
}

/** What was just made or changed is not known to every broker at once. In the end it is for whoever asks to look. */
async function known(isKnown: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + propagationMsMax; performance.now() < deadline;)
    if (await isKnown()) return;
    else await delay(retryMs);
}

const isThere = (admin: Admin, names: readonly string[]): Promise<boolean> =>
  admin.fetchTopicMetadata({ topics: [...names] }).then(
    () => true,
    (error: unknown) => {
      const type: unknown = error instanceof Error && 'type' in error ? error.type : undefined;
      if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE') return false;
      throw error;
    },
  );

async function isSet(admin: Admin, topics: readonly TopicSettings[]): Promise<boolean> {
  const found = await describe(
    admin,
    topics.map(({ name }) => name),
    [...new Set(topics.flatMap(({ settings }) => Object.keys(settings)))],
  );
  return topics.every(({ name, settings }) => {
    const now = found.find((topic) => topic.name === name)?.settings;
    return Object.entries(settings).every(([setting, value]) => now?.[setting] === value);
  });
}

type TopicSettings = Pick<TopicDescription, 'name' | 'settings'>;

/**
 * Changes these settings of topics, and waits until that is known. The request replaces every setting that a topic has of its own, so those come with it that are not ours.
 */
export async function configure(admin: Admin, topics: readonly TopicSettings[]): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  const own = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(
        configEntries
          .filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG)
          .map(({ configName, configValue }) => [configName, configValue]),
      ),
    ]),
  );
  await admin.alterConfigs({
    validateOnly: false,
    resources: topics.map(({ name, settings }) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configEntries: entriesOf({ ...own.get(name), ...settings }),
    })),
  });
  await known(() => isSet(admin, topics));
}

const entriesOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings).map(([name, value]) => ({ name, value }));

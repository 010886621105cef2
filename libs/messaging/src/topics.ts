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

const retention = 'retention.ms';
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
      [retention]: retentionDays === 0 ? '-1' : String(retentionDays * dayMs),
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
  /** Whether it does so only when it is told that records may go. */
  readonly isLossy?: true;
}

/** How the topics of a broker differ from what they have to be. Rejects with `BrokerUnavailable`. */
export async function checkTopics(
  broker: MessageBroker,
  wanted: readonly TopicDescription[],
): Promise<TopicDifference[]> {
  return comparisonOf(wanted, await found(broker, wanted)).map(({ told }) => told);
}

function found(broker: MessageBroker, wanted: readonly TopicDescription[]): Promise<TopicDescription[]> {
  return broker.describe(
    wanted.map(({ name }) => name),
    [...new Set(wanted.flatMap(({ settings }) => Object.keys(settings)))],
  );
}

interface Difference {
  readonly told: TopicDifference;
  /** What it takes: that the topic is made, or that settings of it are set. */
  readonly remedy?: { readonly make: TopicDescription } | { readonly set: Readonly<Record<string, string>> };
}

function comparisonOf(
  wanted: readonly TopicDescription[],
  there: readonly TopicDescription[],
): readonly Difference[] {
  return wanted.flatMap((topic) => {
    const now = there.find(({ name }) => name === topic.name);
    if (now) return [...fixedDifferences(topic, now), ...settingDifferences(topic, now)];
    const told = { topic: topic.name, difference: 'is not there', isApplicable: true };
    return [{ told, remedy: { make: topic } }];
  });
}

function fixedDifferences(wanted: TopicDescription, now: TopicDescription): Difference[] {
  const differences = [
    ...(now.partitions === wanted.partitions
      ? []
      : [`has ${now.partitions} partitions, and not ${wanted.partitions}`]),
    ...(now.replicas >= wanted.replicas ? [] : [`has ${now.replicas} replicas, and not ${wanted.replicas}`]),
  ];
  return differences.map((difference) => ({
    told: { topic: wanted.name, difference, isApplicable: false },
  }));
}

function settingDifferences(wanted: TopicDescription, now: TopicDescription): Difference[] {
  return Object.entries(wanted.settings)
    .filter(([name, value]) => now.settings[name] !== value)
    .map(([name, value]) => {
      const difference = `has ${name} ${now.settings[name] ?? 'unset'}, and not ${value}`;
      const isLossy = name === retention && retainedMs(value) < retainedMs(now.settings[name]);
      const told = { topic: wanted.name, difference, isApplicable: !isLossy };
      return { told: isLossy ? { ...told, isLossy } : told, remedy: { set: { [name]: value } } };
    });
}

/** For ever where it is -1; where nobody knows, as well. */
const retainedMs = (setting = '-1'): number => (setting === '-1' ? Infinity : Number(setting));

/**
 * Makes the topics that are missing and puts right what can be put right; gives what cannot, which takes a person: the
 * number of partitions decides which events are in order, and replicas are moved by whoever runs the cluster. Of a topic
 * that is kept longer than it has to be, the broker deletes records as soon as that is put right, so it is left, too, unless
 * `shortenRetention`. Rejects with `BrokerUnavailable`. Can be repeated.
 */
export async function applyTopics(
  broker: MessageBroker,
  wanted: readonly TopicDescription[],
  { shortenRetention = false }: { readonly shortenRetention?: boolean } = {},
): Promise<{ readonly applied: TopicDifference[]; readonly left: TopicDifference[] }> {
  const all = comparisonOf(wanted, await found(broker, wanted));
  const due = all.filter(({ told }) => told.isApplicable || (shortenRetention && told.isLossy));
  if (due.length === 0) return { applied: [], left: all.map(({ told }) => told) };
  const missing = due.flatMap(({ remedy }) => (remedy && 'make' in remedy ? [remedy.make] : []));
  if (missing.length > 0) await broker.create(missing);
  const changed = new Map<string, Readonly<Record<string, string>>>();
  for (const { told, remedy } of due)
    if (remedy && 'set' in remedy) changed.set(told.topic, { ...changed.get(told.topic), ...remedy.set });
  if (changed.size > 0) await broker.configure([...changed].map(([name, settings]) => ({ name, settings })));
  return { applied: due.map(({ told }) => told), left: await checkTopics(broker, wanted) };
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

import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, {
  type Admin,
  type Cluster,
  type Consumer,
  type EachBatchPayload,
  type Kafka,
  type KafkaConfig,
  type KafkaMessage,
  type Message,
  type Producer as KafkaProducer,
  type SASLOptions,
} from 'kafkajs';
import {
  BrokerRefused,
  BrokerUnavailable,
  type Following,
  type Idle,
  type IncomingRecord,
  type MessageBroker,
  type OutgoingRecord,
  type Producer,
  type Records,
  type TopicDescription,
  type Turn,
} from './message-broker.js';
import { Rendezvous } from './rendezvous.js';

// Node finds no named exports in this CommonJS module.
const { ConfigResourceTypes, ConfigSource, logLevel, PartitionAssigners, Partitioners } = kafkajs;

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
/** An idempotent producer of kafkajs insists on one. */
const sendRetries = 1;
const readRetries = 3;
const retryMs = 100;
const sessionTimeoutMs = 6_000;
const heartbeatMs = 1_500;
/** Others wait for a member that applies a batch, and not for longer than its transaction may take. */
const rebalanceTimeoutMs = 30_000;
/** A member that is given the topic waits for so long before it reads; an idle one asks as often. */
const fetchWaitMsMax = 250;
const fetchBytesMax = 1024 * 1024;
const firstPartition = 0;
const propagationMsMax = 5_000;

/** The only file that knows the client library, kafkajs. */
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
    newest: (topic, countMax) =>
      available(() => onCluster(kafka, (cluster) => newest(cluster, prefix + topic, countMax))),
    describe: (names, settings) =>
      withAdmin(async (admin) => {
        const found = await describe(
          admin,
          names.map((name) => prefix + name),
          settings,
        );
        return found.map((topic) => ({ ...topic, name: topic.name.slice(prefix.length) }));
      }),
    create: (topics) =>
      withAdmin(async (admin) => {
        await admin.createTopics({
          waitForLeaders: false,
          topics: named(topics).map(({ name, partitions, replicas, settings }) => ({
            topic: name,
            numPartitions: partitions,
            replicationFactor: replicas,
            configEntries: entriesOf(settings),
          })),
        });
        await known(() =>
          isThere(
            admin,
            topics.map(({ name }) => prefix + name),
          ),
        );
      }),
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

async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw brokerError(error);
  }
}

/** What a failure of the client is to those who know the port only. */
function brokerError(cause: unknown): Error {
  if (cause instanceof BrokerUnavailable || cause instanceof BrokerRefused || isMistake(cause)) return cause;
  if (!errorsIn(cause).some(isRefusal)) return new BrokerUnavailable(wordsOf(cause), { cause });
  const remedy = 'check the user that signs in to Kafka, its password, and its rights to topics and groups';
  return new BrokerRefused(`${wordsOf(cause)}: ${remedy}`, { cause });
}

const isMistake = (error: unknown): error is Error =>
  error instanceof Error && ['TypeError', 'ReferenceError'].includes(error.name);

/** The last two: credentials for a listener that wants none. */
const refusals: ReadonlySet<unknown> = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
]);

const isRefusal = (error: Error): boolean =>
  error.name === 'KafkaJSSASLAuthenticationError' || ('type' in error && refusals.has(error.type));

/** An error, what caused it, and the several that it may stand for. */
function errorsIn(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  return [error, ...errorsIn(error.cause), ...partsOf(error).flatMap(errorsIn)];
}

function partsOf(error: Error): unknown[] {
  const parts: unknown = 'errors' in error ? error.errors : [];
  return Array.isArray(parts) ? parts : [];
}

/** Of several errors at once, about topics for instance, the words of each. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const parts = partsOf(error);
  if (parts.length > 0) return [...new Set(parts.map(wordsOf))].join('; ');
  return 'topic' in error ? `${String(error.topic)}: ${error.message}` : error.message;
}

async function onAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * A producer that does not lose what it says is written. kafkajs 2.2.4 does, in two ways: after a send of which a part
 * failed it takes back the sequence numbers of the part that was written, and the broker then takes the next, different
 * batch for a repetition; and after a leader has moved it can resolve without having sent a part. So a producer is not
 * used again after a rejection, and every partition has to be named in the answer.
 */
async function openProducer(kafka: Kafka, prefix: string): Promise<Producer> {
  const choose = Partitioners.DefaultPartitioner();
  const sent = new Set<string>();
  const producer: KafkaProducer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    retry: { retries: sendRetries, initialRetryTime: retryMs },
    createPartitioner: () => (of) => {
      const partition = of.message.partition ?? choose(of);
      sent.add(`${of.topic} ${partition}`);
      return partition;
    },
  });
  try {
    await producer.connect();
  } catch (error) {
    // It may be connected, and only not have been given its id.
    await producer.disconnect().catch(() => undefined);
    throw error;
  }
  let isSpent = false;
  return {
    send: async (records) => {
      if (isSpent) throw new BrokerUnavailable('a send on this producer was rejected before');
      isSpent = true;
      sent.clear();
      await available(async () => {
        const written = await producer.sendBatch({ acks: -1, topicMessages: byTopic(records, prefix) });
        for (const { topicName, partition } of written) sent.delete(`${topicName} ${partition}`);
        if (sent.size > 0) throw new BrokerUnavailable(`the answer leaves out ${[...sent].join(', ')}`);
      });
      isSpent = false;
    },
    close: () => producer.disconnect(),
  };
}

function byTopic(
  records: readonly OutgoingRecord[],
  prefix: string,
): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, key, headers, value } of records) {
    const messages = topics.get(topic) ?? [];
    topics.set(topic, messages);
    messages.push(
      key === undefined ? { headers, value, partition: firstPartition } : { headers, value, key },
    );
  }
  return [...topics].map(([topic, messages]) => ({ topic: prefix + topic, messages }));
}

/** kafkajs pushes; we pull. While nobody pulls, the member keeps its place in the group by heartbeats. */
async function* follow(
  kafka: Kafka,
  { topic, group, signal, idleMs }: Following,
): AsyncGenerator<Turn | Records | Idle, void, undefined> {
  const handed = new Rendezvous<Turn | Records>();
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatMs,
    rebalanceTimeout: rebalanceTimeoutMs,
    maxWaitTimeInMs: fetchWaitMsMax,
    maxBytesPerPartition: fetchBytesMax,
    allowAutoTopicCreation: false,
    // It would go on with what it remembers; whoever follows begins anew instead.
    retry: { retries: readRetries, initialRetryTime: retryMs, restartOnFailure: async () => false },
  });
  let hasTurn = false;
  consumer.on('consumer.group_join', ({ payload }) => {
    handed.withdraw();
    hasTurn = payload.memberAssignment[topic]?.includes(firstPartition) ?? false;
    if (!hasTurn) return;
    consumer.pause([{ topic }]);
    void handed.give(turnOf(kafka, consumer, topic));
  });
  consumer.on('consumer.crash', ({ payload }) => handed.fail(brokerError(payload.error)));
  const abort = () => handed.withdraw();
  signal.addEventListener('abort', abort);
  try {
    await available(async () => {
      await consumer.connect();
      // Where it begins when an offset is not there: at the end, and what is missing shows.
      await consumer.subscribe({ topic, fromBeginning: false });
      await consumer.run({ autoCommit: false, eachBatch: (payload) => hand(payload, handed, signal) });
    });
    while (!signal.aborted) {
      const item = await handed.take(idleMs, signal);
      if (signal.aborted) return;
      if (item) yield item;
      else if (hasTurn) yield { kind: 'idle' };
    }
  } finally {
    signal.removeEventListener('abort', abort);
    handed.fail(new BrokerUnavailable('nobody follows any more'));
    await consumer.disconnect().catch(() => undefined); // It is left behind; the group notices by its silence.
  }
}

function turnOf(kafka: Kafka, consumer: Consumer, topic: string): Turn {
  return {
    kind: 'turn',
    end: () =>
      available(() =>
        onAdmin(kafka, async (admin) => {
          const offsets = await admin.fetchTopicOffsets(topic);
          const found = offsets.find(({ partition }) => partition === firstPartition);
          return BigInt(found?.high ?? 0);
        }),
      ),
    goOnFrom: (offset) => {
      try {
        consumer.seek({ topic, partition: firstPartition, offset: String(offset) });
        consumer.resume([{ topic }]);
      } catch (error) {
        throw brokerError(error);
      }
    },
  };
}

/** Resolves when the batch was taken. */
async function hand(
  batch: EachBatchPayload,
  handed: Rendezvous<Turn | Records>,
  signal: AbortSignal,
): Promise<void> {
  if (!batch.isRunning() || batch.isStale() || signal.aborted) return;
  const taken = handed.give({ kind: 'records', records: batch.batch.messages.map(incoming) });
  while (!(await within(heartbeatMs, taken))) {
    try {
      await batch.heartbeat();
    } catch (error) {
      // The group is being shared out anew; whoever is given the topic reads this batch again.
      handed.withdraw();
      throw error;
    }
  }
}

/** Whether it was done in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * kafkajs reads for groups only, but gives its connections to whoever shares out the partitions of one. This group is never
 * joined: that takes three seconds where a broker is set up as it comes.
 */
async function onCluster<T>(kafka: Kafka, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  let connections: Cluster | undefined;
  const consumer = kafka.consumer({
    groupId: 'inquest.joined-by-nobody',
    allowAutoTopicCreation: false,
    retry: { retries: readRetries, initialRetryTime: retryMs },
    partitionAssigners: [
      (of) => {
        connections = of.cluster;
        return PartitionAssigners.roundRobin(of);
      },
    ],
  });
  try {
    await consumer.connect();
    if (!connections) throw new Error('this version of kafkajs makes its assigners later');
    return await work(connections);
  } finally {
    await consumer.disconnect();
  }
}

/** What a broker gives to whoever reads, as far as it is used; kafkajs leaves it untyped. */
interface Fetched {
  readonly responses: readonly {
    readonly partitions: readonly {
      readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
    }[];
  }[];
}

async function newest(cluster: Cluster, topic: string, countMax: number): Promise<IncomingRecord[]> {
  const { topicMetadata } = await cluster.metadata();
  if (!topicMetadata.some((known) => known.topic === topic)) return [];
  await cluster.addTargetTopic(topic);
  const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [firstPartition]));
  if (leader === undefined) throw new BrokerUnavailable(`${topic} has no leader`);
  const node = await cluster.findBroker({ nodeId: leader });
  const offsetAt = async (fromBeginning: boolean): Promise<bigint> => {
    const partitions = [{ partition: firstPartition }];
    const [found] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }]);
    return BigInt(found?.partitions[0]?.offset ?? 0);
  };
  const [start, end] = [await offsetAt(true), await offsetAt(false)];
  const records: IncomingRecord[] = [];
  const first = end - BigInt(countMax);
  for (let offset = first > start ? first : start; offset < end;) {
    const partitions = [{ partition: firstPartition, fetchOffset: String(offset), maxBytes: fetchBytesMax }];
    const { responses }: Fetched = await node.fetch({
      maxWaitTime: fetchWaitMsMax,
      minBytes: 1,
      maxBytes: fetchBytesMax,
      topics: [{ topic, partitions }],
    });
    // They come in the batches that they were written in, with what stands before them there.
    const after = (responses[0]?.partitions[0]?.messages ?? []).filter((one) => BigInt(one.offset) >= offset);
    const last = after.at(-1);
    if (!last) break;
    records.push(...after.filter(({ isControlRecord }) => isControlRecord !== true).map(incoming));
    offset = BigInt(last.offset) + 1n;
  }
  return records;
}

function incoming({ offset, headers = {}, value }: KafkaMessage): IncomingRecord {
  const texts: Record<string, string> = {};
  for (const [name, header] of Object.entries(headers)) {
    const [first] = Array.isArray(header) ? header : [header];
    if (first !== undefined) texts[name] = String(first);
  }
  return { offset: BigInt(offset), headers: texts, value: value === null ? '' : value.toString() };
}

async function describe(
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

/** The request replaces every setting that a topic has of its own, so those come with it that are not ours. */
async function configure(admin: Admin, topics: readonly TopicSettings[]): Promise<void> {
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

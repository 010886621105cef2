import { randomBytes } from 'node:crypto';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import {
  applyTopics,
  kafkaBroker,
  type KafkaConnection,
  type IncomingRecord,
  type MessageBroker,
  type TopicSettings,
  topicsOf,
} from '#messaging';
import { runBroker } from './broker.js';
import { waitFor } from './wait-for.js';

const readMsMax = 30_000;

/** The topics of a suite's own on the broker that the run shares. */
export interface SuiteTopics {
  readonly connection: KafkaConnection & { readonly prefix: string };
  readonly broker: MessageBroker;
  readonly settings: TopicSettings;
  /** Everything on a topic, oldest first within each partition. */
  read(topic: string): Promise<IncomingRecord[]>;
  /** Writes what is no message of ours. */
  write(topic: string, ...records: readonly ForeignRecord[]): Promise<void>;
  /** Removes the records before an offset, as retention does. */
  cut(topic: string, offset: bigint): Promise<void>;
  /** With everything on it; resolves when nobody sees it any more. */
  remove(topic: string): Promise<void>;
}

export interface ForeignRecord {
  readonly headers?: Readonly<Record<string, string>>;
  readonly value: string | null;
}

export const topicSettings: TopicSettings = {
  replicas: 1,
  inSyncMin: 1,
  publicPartitions: 2,
  internalRetentionDays: 7,
  publicRetentionDays: 0,
};

/** Makes every topic under a prefix of the suite's own. */
export async function suiteTopics(of: { brokers?: string } = {}): Promise<SuiteTopics> {
  const brokers = [of.brokers ?? (await runBroker()).brokers];
  const prefix = `t${randomBytes(6).toString('hex')}.`;
  const connection = { brokers, clientId: 'inquest-tests', prefix };
  const broker = kafkaBroker(connection);
  await applyTopics(broker, topicsOf(topicSettings));
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  return {
    connection,
    broker,
    settings: topicSettings,
    read: (topic) => recordsOf(kafka, prefix + topic),
    async write(topic, ...records) {
      const producer = kafka.producer({ allowAutoTopicCreation: false });
      await producer.connect();
      await producer.send({
        topic: prefix + topic,
        messages: records.map(({ headers = {}, value }) => ({ headers, value, partition: 0 })),
      });
      await producer.disconnect();
    },
    cut: (topic, offset) =>
      asAdmin(kafka, async (admin) => {
        await admin.fetchTopicOffsets(prefix + topic); // which loads what the next needs
        await admin.deleteTopicRecords({
          topic: prefix + topic,
          partitions: [{ partition: 0, offset: String(offset) }],
        });
      }),
    remove: (topic) =>
      asAdmin(kafka, async (admin) => {
        await admin.deleteTopics({ topics: [prefix + topic] });
        await waitFor(
          'the topic to be gone',
          async () => !(await admin.listTopics()).includes(prefix + topic),
        );
      }),
  };
}

async function asAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Everything on a topic, oldest first within each partition. */
export async function recordsOf(kafka: Kafka, topic: string): Promise<IncomingRecord[]> {
  const ends = await asAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  const wanted = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const records: IncomingRecord[] = [];
  if (wanted === 0) return records;
  const consumer = kafka.consumer({
    groupId: `reader-${randomBytes(6).toString('hex')}`,
    maxWaitTimeInMs: 50,
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message: { offset, headers = {}, value } }) => {
        const texts = Object.entries(headers).map(([name, header]) => [name, String(header)]);
        records.push({ offset: BigInt(offset), headers: Object.fromEntries(texts), value: String(value) });
      },
    });
    await waitFor(`${wanted} records of ${topic}`, () => records.length >= wanted, readMsMax);
  } finally {
    await consumer.disconnect();
  }
  return records.slice(0, wanted);
}

import kafkajs, { type Cluster, type Kafka, type KafkaMessage } from 'kafkajs';
import { BrokerUnavailable, type IncomingRecord } from '../message-broker.js';
import { readRetries, retryMs } from './availability.js';
import { fetchBytesMax, fetchWaitMsMax, firstPartition, incoming } from './reading.js';

const { PartitionAssigners } = kafkajs;

/** The last records of a topic's only partition, oldest first; none when there is no such topic. */
export const newest = (kafka: Kafka, topic: string, countMax: number): Promise<IncomingRecord[]> =>
  onCluster(kafka, (cluster) => newestIn(cluster, topic, countMax));

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

async function newestIn(cluster: Cluster, topic: string, countMax: number): Promise<IncomingRecord[]> {
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

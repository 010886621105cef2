import kafkajs, { type Kafka, type Message, type Producer as KafkaProducer } from 'kafkajs';
import { BrokerUnavailable, type OutgoingRecord, type Producer } from '../message-broker.js';
import { available, retryMs } from './availability.js';
import { firstPartition } from './reading.js';

// Node finds no named exports in this CommonJS module.
const { Partitioners } = kafkajs;

/** An idempotent producer of kafkajs insists on one. */
const sendRetries = 1;

/**
 * A producer that does not lose what it says is written. kafkajs 2.2.4 does, in two ways: after a send of which a part
 * failed it takes back the sequence numbers of the part that was written, and the broker then takes the next, different
 * batch for a repetition; and after a leader has moved it can resolve without having sent a part. So a producer is not
 * used again after a rejection, and every partition has to be named in the answer.
 */
export async function openProducer(kafka: Kafka, prefix: string): Promise<Producer> {
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

import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { BrokerUnavailable, type Following, type Idle, type Records, type Turn } from '../message-broker.js';
import { available, brokerError, readRetries, retryMs } from './availability.js';
import { fetchBytesMax, fetchWaitMsMax, firstPartition, incoming } from './reading.js';
import { Rendezvous } from './rendezvous.js';
import { onAdmin } from './topic-admin.js';

const sessionTimeoutMs = 6_000;
const heartbeatMs = 1_500;
/** A member that applies a batch goes on answering the group, so whoever says nothing for so long is not waited for. */
const rebalanceTimeoutMs = 10_000;
/**
 * Whoever has all that is there lets more come before asking again, as each fetch and each small transaction costs as much
 * as a larger one: at 200 events/s that spares a quarter of all processor time. What comes after a silence does not wait.
 */
const gatherMs = 50;

/** kafkajs pushes; we pull. While nobody pulls, the member keeps its place in the group by heartbeats. */
export async function* follow(
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

/** Resolves when the batch was taken, and the next should be asked for. */
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
  if (batch.batch.offsetLag() === '0') await delay(gatherMs);
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

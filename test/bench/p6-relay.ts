import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { noStream, type RecordedEvent } from '#event-sourcing';
import type { PostgresEventStore } from '#event-store-postgres';
import {
  internalPublication,
  internalRecord,
  internalTopic,
  kafkaBroker,
  type OutgoingRecord,
  type Publication,
  publicPublication,
  Relay,
  RelayState,
  sealOf,
  sourceOf,
} from '#messaging';
import { postgresEventStore } from '#event-store-postgres';
import { type Bench, type Figure, notMeasured, timesBaseline, withoutTarget } from './figure.js';
import { type KafkaServer, kafkaServer } from './kafka-server.js';
import { sampleEvent } from './sample-event.js';
import { interleaved } from './statistics.js';

const rounds = 5;
const events = 40_000;
/** As the relay cuts them. */
const batchEvents = 1_000;
const batchBytes = 1024 * 1024;
const recordOverheadBytes = 1_024;
const source = sourceOf('bench');
const seal = sealOf(source, Buffer.alloc(32, 1));

/** From the log in PostgreSQL to a real broker, against kafkajs sending the same records from memory. */
export const relay: Figure = {
  id: 'P6',
  title: 'relay to a real broker',
  async measure(bench) {
    const line = (name: string) => ({ id: 'P6', name, unit: 'events/s' });
    let kafka: KafkaServer;
    try {
      kafka = await kafkaServer(bench);
    } catch (error) {
      return [notMeasured(line('relay'), '≥ 0.6 ×', String(error))];
    }
    const url = await (await bench.postgres()).installation('bench_p6');
    const store = postgresEventStore({ url });
    const log = await filled(store);
    const relayed = (publications: readonly Publication[]) =>
      relayedPerSecond(bench, { kafka, store, url, publications });
    const contenders = [
      { name: 'kafkajs from memory', run: () => sentPerSecond(kafka, log) },
      { name: 'relay, internal topic', run: () => relayed([internalPublication(seal)]) },
      {
        name: 'relay, internal and public topics',
        run: () => relayed([internalPublication(seal), publicPublication(source)]),
      },
    ];
    const [bare = 0, internal = 0, both = 0] = await interleaved(contenders, rounds, bench.progress);
    await store.close();
    const baseline = { name: 'kafkajs sending the same batches from memory', value: bare };
    return [
      timesBaseline(line('relay, internal topic'), internal, baseline, 0.6),
      withoutTarget(line('relay, internal and public topics'), both, baseline),
    ];
  },
};

/** A log of allegations, which leave for the public topic too. */
async function filled(store: PostgresEventStore): Promise<RecordedEvent[]> {
  const waiting = Array.from({ length: events }, () => sampleEvent());
  const append = async () => {
    for (let event = waiting.pop(); event; event = waiting.pop()) {
      const { streamId, id, type, data, metadata } = event;
      await store.append(`allegation-${streamId}`, noStream, [
        {
          id,
          type,
          schemaVersion: 1,
          data: JSON.stringify(data),
          metadata: JSON.stringify({ ...metadata, correlationId: randomUUID(), compartments: [] }),
        },
      ]);
    }
  };
  await Promise.all(Array.from({ length: 256 }, append));
  const log: RecordedEvent[] = [];
  while (log.length < events) log.push(...(await store.readAll(log.at(-1)?.position ?? 0n, 1_000)));
  return log;
}

async function sentPerSecond(kafka: KafkaServer, log: readonly RecordedEvent[]): Promise<number> {
  const { brokers, prefix } = await kafka.topics(`${randomUUID()}.`);
  const batches = batchesOf(log);
  const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const begun = performance.now();
  for (const records of batches)
    await producer.send({
      topic: prefix + internalTopic,
      acks: -1,
      messages: records.map(({ headers, value }) => ({ headers, value, partition: 0 })),
    });
  const seconds = (performance.now() - begun) / 1_000;
  await producer.disconnect();
  return log.length / seconds;
}

function batchesOf(log: readonly RecordedEvent[]): OutgoingRecord[][] {
  const batches: OutgoingRecord[][] = [];
  let bytes = Infinity;
  for (const [at, event] of log.entries()) {
    const size = event.data.length + event.metadata.length + recordOverheadBytes;
    if (bytes + size > batchBytes || (batches.at(-1)?.length ?? 0) === batchEvents) {
      batches.push([]);
      bytes = 0;
    }
    bytes += size;
    batches.at(-1)?.push(internalRecord(event, log[at - 1]?.position ?? 0n, seal));
  }
  return batches;
}

/** From the beginning of the log until the broker has acknowledged all of it. */
async function relayedPerSecond(
  bench: Bench,
  of: {
    readonly kafka: KafkaServer;
    readonly store: PostgresEventStore;
    readonly url: string;
    readonly publications: readonly Publication[];
  },
): Promise<number> {
  const broker = kafkaBroker(await of.kafka.topics(`${randomUUID()}.`));
  const state = new RelayState(of.url);
  const head = await of.store.head();
  let begun = 0;
  const done = of.publications.map(
    (publication) =>
      new Promise<Relay>((resolve, reject) => {
        // Positions of its own for each run.
        const fresh = { ...publication, name: `${publication.name} ${randomUUID()}` };
        const one: Relay = new Relay({
          store: of.store,
          broker,
          state,
          publication: fresh,
          holder: 'bench',
          observe: {
            began: () => (begun ||= performance.now()),
            published: ({ position }) => position === head && resolve(one),
            interrupted: ({ error }) => reject(error),
          },
        });
        bench.atEnd(() => one.stop());
        one.start();
      }),
  );
  const relays = await Promise.all(done);
  const seconds = (performance.now() - begun) / 1_000;
  for (const one of relays) await one.stop();
  await state.close();
  return events / seconds;
}

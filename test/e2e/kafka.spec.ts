import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { describeWith } from '../support/available.js';
import { javaAndMaven, type KafkaProcess, kafkaSays, startKafka } from '../support/kafka.js';
import { projectDir } from '../support/spawn-module.js';

const startMsMax = 120_000;
const topic = 'lines';

describeWith(javaAndMaven(), 'npm run kafka', () => {
  let folder: string;
  let data: string;
  let kafka: KafkaProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inquest-kafka-'));
    data = join(folder, 'data');
    kafka = await startKafka(data);
  }, startMsMax);
  afterAll(async () => {
    await kafka?.stop();
    await rm(folder, { recursive: true, force: true });
  }, startMsMax);

  const client = () => new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING });

  async function write(...values: readonly string[]): Promise<void> {
    const producer = client().producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
    await producer.disconnect();
  }

  async function written(): Promise<string[]> {
    const consumer = client().consumer({ groupId: `reader-${Math.random()}` });
    const admin = client().admin();
    await Promise.all([consumer.connect(), admin.connect()]);
    const [end] = await admin.fetchTopicOffsets(topic);
    const values: string[] = [];
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((done, fail) => {
      const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
        values.push(String(message.value));
        if (values.length === Number(end?.high)) done();
      };
      consumer.run({ eachMessage }).catch(fail);
    });
    await Promise.all([consumer.disconnect(), admin.disconnect()]);
    return values;
  }

  test(
    'keeps what was acknowledged when it stops in order and starts again',
    async () => {
      const admin = client().admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
      await admin.disconnect();
      await write('one', 'two');
      expect(await kafka.stop()).toBe(0);
      kafka = await startKafka(data);
      expect(await written()).toEqual(['one', 'two']);
    },
    startMsMax,
  );

  test(
    'keeps it when it is killed, and no broker is left in the way of the next start',
    async () => {
      await write('three');
      kafka.process.kill('SIGKILL');
      await once(kafka.process, 'exit');
      kafka = await startKafka(data);
      expect(await written()).toEqual(['one', 'two', 'three']);
    },
    startMsMax,
  );

  test('makes no topic by accident', async () => {
    const producer = client().producer({ retry: { retries: 0 } });
    await producer.connect();
    await expect(producer.send({ topic: 'nobody-made-it', messages: [{ value: '?' }] })).rejects.toThrow(
      /does not host this topic/,
    );
    await producer.disconnect();
  });

  test('leaves a folder and a port that are in use to whoever uses them', async () => {
    const sameFolder = await kafkaSays(['--port', '0', '--data', data]);
    expect(sameFolder.code).toBe(1);
    expect(sameFolder.words).toContain(`Process ${kafka.process.pid} runs Kafka on ${data} already.`);
    const port = kafka.brokers.split(':')[1] ?? '';
    const samePort = await kafkaSays(['--port', port, '--data', join(folder, 'other')]);
    expect(samePort.code).toBe(1);
    expect(samePort.words).toContain(`Port ${port} is in use: choose another one with --port.`);
    await write('four');
  });

  test.each([
    ['of the same number, as in a container', '$$'],
    ['whose number another program has now', String(process.pid)],
    ['of which a crash left nothing', ''],
  ])('takes a folder that a killed start left, %s', async (_, owner) => {
    const left = await mkdtemp(join(folder, 'left-'));
    const port = kafka.brokers.split(':')[1] ?? '';
    const leave = `echo "{\\"owner\\":${owner}}" > "${left}/owner.json"`;
    const start = `exec "${process.execPath}" infra/kafka/main.mjs --port ${port} --data "${left}"`;
    const started = spawnSync('sh', ['-c', `${leave} && ${start}`], { cwd: projectDir, encoding: 'utf8' });
    // The folder is looked at first.
    expect([started.status, started.stderr]).toEqual([1, expect.stringContaining(`Port ${port} is in use`)]);
    expect(existsSync(join(left, 'owner.json'))).toBe(false);
  });
});

test.each([
  [['--port', 'many'], '--port is a number from 0 to 65535, and not many.'],
  [['--prot', '9092'], "Unknown option '--prot'"],
])('npm run kafka -- %j says what is wrong with it', async (args, said) => {
  const { code, words } = await kafkaSays(args);
  expect([code, words]).toEqual([1, expect.stringContaining(said)]);
});

test('where there is no Java it says so in one line', async () => {
  const { code, words } = await kafkaSays([], '/nowhere');
  expect([code, words]).toEqual([1, 'kafka: Kafka needs Java 17 and Maven, and this machine has no Java.\n']);
});

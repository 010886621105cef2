import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { runFolder } from './environment.js';
import { projectDir } from './spawn-module.js';
import { waitFor } from './wait-for.js';

/** Two brokers of one cluster, between which leaders can be moved. */
export interface KafkaCluster {
  readonly brokers: readonly string[];
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const startMsMax = 90_000;

/** The first of the two is the controller as well. Needs Java and Maven, as `npm run kafka` does. */
export async function startKafkaCluster(): Promise<KafkaCluster> {
  const folder = mkdtempSync(join(runFolder(), 'cluster-'));
  const [controller, ...ports] = [await freePort(), await freePort(), await freePort()];
  const cluster = randomBytes(16).toString('base64url');
  const jars = join(jarsOfBroker(), '*');
  const started: ChildProcess[] = [];
  for (const [index, port] of ports.entries()) {
    const node = index + 1;
    const properties = join(folder, `${node}.properties`);
    writeFileSync(properties, settings({ node, port, controller, log: join(folder, String(node)) }));
    const log = openSync(join(folder, `${node}.log`), 'a');
    const run = (...args: readonly string[]) =>
      spawn('java', ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', jars, ...args], {
        stdio: ['ignore', log, log],
      });
    await once(run('kafka.tools.StorageTool', 'format', '-t', cluster, '-c', properties), 'exit');
    started.push(run('kafka.Kafka', properties));
  }
  const brokers = ports.map((port) => `${host}:${port}`);
  await bothKnown(brokers);
  return {
    brokers,
    async stop() {
      for (const broker of started) broker.kill('SIGKILL');
      await Promise.all(started.map((broker) => once(broker, 'exit')));
    },
  };
}

function settings(of: { node: number; port: number; controller: number | undefined; log: string }): string {
  const isController = of.node === 1;
  const lines = {
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': of.node,
    'controller.quorum.voters': `1@${host}:${of.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${host}:${of.port}${isController ? `,CONTROLLER://${host}:${of.controller}` : ''}`,
    'advertised.listeners': `PLAINTEXT://${host}:${of.port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': of.log,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** A broker that is up is not yet one that the other knows. */
async function bothKnown(brokers: readonly string[]): Promise<void> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  await waitFor(
    'both brokers',
    async () => {
      const admin = kafka.admin();
      try {
        await admin.connect();
        return (await admin.describeCluster()).brokers.length === brokers.length;
      } catch {
        return false;
      } finally {
        await admin.disconnect();
      }
    },
    startMsMax,
  );
}

function jarsOfBroker(): string {
  const script = `import('./infra/kafka/artifacts.mjs').then(({ brokerJars }) => brokerJars(() => {})).then(console.log)`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: projectDir,
    encoding: 'utf8',
  });
  if (stdout.trim() === '') throw new Error(stderr);
  return stdout.trim();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, host), 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

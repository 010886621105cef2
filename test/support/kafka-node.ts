import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { projectDir } from './spawn-module.js';
import { waitFor } from './wait-for.js';

export interface KafkaNodeOptions {
  readonly folder: string;
  readonly node: number;
  /** The same for all nodes of a cluster, 16 bytes as base64url. */
  readonly cluster: string;
  readonly port: number;
  /** Where clients are sent, if not there: for instance through a proxy. */
  readonly advertisedPort?: number;
  /** Of the first node, which is the controller. */
  readonly controllerPort: number;
}

const host = '127.0.0.1';
const startMsMax = 90_000;

/** A broker of a suite's own, which may be killed and started again on what it has kept. Needs Java and Maven. */
export class KafkaNode {
  #process: ChildProcess | undefined;

  constructor(private readonly options: KafkaNodeOptions) {
    mkdirSync(options.folder, { recursive: true });
    writeFileSync(this.#properties, settings(options, join(options.folder, 'log')));
  }

  /** Makes its folder of topics; once. */
  async format(): Promise<void> {
    const { cluster } = this.options;
    const made = this.#java(
      'kafka.tools.StorageTool',
      'format',
      `--cluster-id=${cluster}`,
      '-c',
      this.#properties,
    );
    const [code] = await once(made, 'exit');
    if (code !== 0) throw new Error(readFileSync(this.#log, 'utf8').slice(-2_000));
  }

  start(): void {
    this.#process = this.#java('kafka.Kafka', this.#properties);
  }

  /** In order with SIGTERM, at once with SIGKILL. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill(signal);
    await once(running, 'exit');
  }

  #java(...args: readonly string[]): ChildProcess {
    const log = openSync(this.#log, 'a');
    const options = ['-Xmx256m', '-cp', join(jars(), '*')];
    try {
      return spawn('java', [...options, ...args], { stdio: ['ignore', log, log] });
    } finally {
      closeSync(log); // The process has its own.
    }
  }

  get #properties(): string {
    return join(this.options.folder, 'server.properties');
  }

  get #log(): string {
    return join(this.options.folder, 'kafka.log');
  }
}

/**
 * Waits until each of the brokers answers and knows all of them: one that is up is not yet one that the others know, and
 * one that they know does not listen yet (BrokerServer.startup opens the port after the controller has let it in).
 */
export async function brokersKnown(addresses: readonly string[]): Promise<void> {
  const knowsAll = async (address: string) => {
    const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const admin = kafka.admin();
    try {
      await admin.connect();
      return (await admin.describeCluster()).brokers.length === addresses.length;
    } catch {
      return false;
    } finally {
      await admin.disconnect();
    }
  };
  const allKnowAll = async () => (await Promise.all(addresses.map(knowsAll))).every(Boolean);
  await waitFor('the brokers', allKnowAll, startMsMax);
}

function settings(of: KafkaNodeOptions, log: string): string {
  const isController = of.node === 1;
  const controller = `CONTROLLER://${host}:${of.controllerPort}`;
  const lines = {
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': of.node,
    'controller.quorum.voters': `1@${host}:${of.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${host}:${of.port}${isController ? `,${controller}` : ''}`,
    'advertised.listeners': `PLAINTEXT://${host}:${of.advertisedPort ?? of.port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': log,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

let found: string | undefined;

/** Where `npm run kafka` keeps the broker's jars. */
function jars(): string {
  if (found !== undefined) return found;
  const script = `import('./infra/kafka/artifacts.mjs').then(({ brokerJars }) => brokerJars(() => {})).then(console.log)`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: projectDir,
    encoding: 'utf8',
  });
  if (stdout.trim() === '') throw new Error(stderr);
  return (found = stdout.trim());
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, host), 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

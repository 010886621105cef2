import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { applyTopics, kafkaBroker, type KafkaConnection, topicsOf } from '#messaging';
import type { Bench } from './figure.js';

/** The broker of `npm run kafka`, on a folder of this run. */
export interface KafkaServer {
  readonly address: string;
  /** Makes all topics under a prefix of their own; gives how to reach them. */
  topics(prefix: string): Promise<KafkaConnection & { readonly prefix: string }>;
}

let started: Promise<KafkaServer> | undefined;

/** One for the run, started when first asked for. Rejects with what the machine lacks. */
export function kafkaServer(bench: Bench): Promise<KafkaServer> {
  return (started ??= start(bench));
}

async function start(bench: Bench): Promise<KafkaServer> {
  const main = join(bench.root, 'infra', 'kafka', 'main.mjs');
  const data = join(bench.folder, 'kafka');
  const child = spawn(process.execPath, [main, '--json', '--port', '0', '--data', data], {
    cwd: bench.root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  bench.atEnd(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-1_000)));
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
    exited.then(() => Promise.reject(new Error(said.trim()))),
  ]);
  const { brokers: address }: { brokers: string } = JSON.parse(line);
  return {
    address,
    async topics(prefix) {
      const connection = { brokers: [address], clientId: 'inquest-bench', prefix };
      const settings = {
        replicas: 1,
        inSyncMin: 1,
        publicPartitions: 3,
        internalRetentionDays: 7,
        publicRetentionDays: 0,
      };
      await applyTopics(kafkaBroker(connection), topicsOf(settings));
      return connection;
    },
  };
}

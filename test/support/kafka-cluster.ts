import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './environment.js';
import { brokersKnown, freePort, KafkaNode } from './kafka-node.js';

/** Two brokers of one cluster, between which leaders can be moved. */
export interface KafkaCluster {
  readonly brokers: readonly string[];
  stop(): Promise<void>;
}

export async function startKafkaCluster(): Promise<KafkaCluster> {
  const folder = mkdtempSync(join(runFolder(), 'cluster-'));
  const cluster = randomBytes(16).toString('base64url');
  const controllerPort = await freePort();
  const ports = [await freePort(), await freePort()];
  const nodes = ports.map(
    (port, at) =>
      new KafkaNode({ folder: join(folder, String(at)), node: at + 1, cluster, port, controllerPort }),
  );
  await Promise.all(nodes.map((node) => node.format()));
  for (const node of nodes) node.start();
  const brokers = ports.map((port) => `127.0.0.1:${port}`);
  const stop = async () => void (await Promise.all(nodes.map((node) => node.end('SIGKILL'))));
  try {
    await brokersKnown(brokers);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers, stop };
}

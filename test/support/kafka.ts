import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Availability } from './available.js';
import { projectDir } from './spawn-module.js';

/** `npm run kafka` as a user runs it: a process of its own, which has a broker as its child. */
export interface KafkaProcess {
  readonly brokers: string;
  readonly process: ChildProcess;
  /** Asks it to stop in order, and gives its exit code. */
  stop(): Promise<number | null>;
}

export function javaAndMaven(): Availability {
  const missing = ['java', 'mvn'].filter((program) => spawnSync(program, ['-version']).status !== 0);
  return missing.length === 0
    ? { available: true }
    : { available: false, reason: `no ${missing.join(' and no ')} on this machine` };
}

/** Starts it on a free port and waits until it is ready. Rejects with its words when it ends before that. */
export async function startKafka(data: string): Promise<KafkaProcess> {
  const { child, words } = spawnKafka(['--json', '--port', '0', '--data', data]);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([first]) => String(first)),
    once(child, 'exit').then(() => Promise.reject(new Error(words()))),
  ]);
  const { brokers } = JSON.parse(line) as { brokers: string };
  const stop = async () => {
    const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await exit;
    return child.exitCode;
  };
  return { brokers, process: child, stop };
}

/** What it says when it is started like this and ends by itself; with another search path where one is given. */
export async function kafkaSays(args: readonly string[], path?: string) {
  const { child, words } = spawnKafka(args, path);
  await once(child, 'close');
  return { code: child.exitCode, words: words() };
}

function spawnKafka(args: readonly string[], path?: string) {
  const child = spawn(process.execPath, ['infra/kafka/main.mjs', ...args], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(path === undefined ? {} : { env: { PATH: path } }),
  });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4_000)));
  return { child, words: () => said };
}

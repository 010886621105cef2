import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { trust } from '#event-sourcing';
import type { Bench } from '../figure.js';
import { ended, inChild } from './child.js';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** Of users who may do all that the traffic does. */
  readonly tokens: readonly string[];
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** What a standalone says of itself when it is ready. */
export interface Standalone extends ServerProcess {
  /** From the start of the process to the line that says it is ready. */
  readonly readyMs: number;
  readonly data: string;
}

const readyMsMax = 60_000;
/** Roles whose people file, triage, record, link, revise and assess. */
const working = ['Analyst', 'Investigator', 'Prosecutor'];

export async function startEmptyApp(bench: Bench): Promise<ServerProcess> {
  const module = new URL('./empty-app.js', import.meta.url);
  const { answer, child } = await inChild<{ url: string }>(module, {}, { timeoutMs: readyMsMax });
  const stop = () => ended(child);
  bench.atEnd(stop);
  return { url: answer.url, tokens: ['none'], child, stop };
}

/**
 * Starts what `npm start` starts, on a data folder of this run: a fresh one unless given.
 * @throws Error when it ends before it is ready.
 */
export async function startStandalone(
  bench: Bench,
  data = join(bench.folder, `standalone-${randomUUID()}`),
  nodeOptions: readonly string[] = [],
): Promise<Standalone> {
  const main = join(bench.root, 'dist/apps/standalone/src/main.js');
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [...nodeOptions, main, '--json', '--port', '0', '--data', data, '--empty'],
    { cwd: bench.root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = () => ended(child);
  bench.atEnd(stop);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2_000)));
  const line = await firstLine(child, () => said);
  const readyMs = performance.now() - begun;
  const { url, tokens } = trust<{ url: string; tokens: Record<string, string> }>(JSON.parse(line));
  return {
    url,
    tokens: working.flatMap((role) => tokens[role] ?? []),
    child,
    readyMs,
    data,
    stop,
  };
}

async function firstLine(child: ChildProcess, said: () => string): Promise<string> {
  const slow = setTimeout(() => child.kill('SIGTERM'), readyMsMax);
  try {
    return await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`Inquest ended with ${code} before it was ready: ${said()}`)),
      );
      if (child.stdout !== null) createInterface(child.stdout).once('line', resolve);
    });
  } finally {
    clearTimeout(slow);
  }
}

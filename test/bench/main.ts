import 'reflect-metadata';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Figure, Measurement } from './figure.js';
import { machine } from './machine.js';
import { helpText, readOptions } from './options.js';
import { appends } from './p1-appends.js';
import { start } from './p11-start.js';
import { memory } from './p12-memory.js';
import { rolesMemory } from './p12-roles.js';
import { content } from './p13-content.js';
import { peers } from './p2-peers.js';
import { commands } from './p3-commands.js';
import { latency } from './p4-latency.js';
import { rebuilds } from './p5-rebuild.js';
import { relay } from './p6-relay.js';
import { visible } from './p7-visible.js';
import { timeTravel } from './p8-time-travel.js';
import { type PostgresServer, startPostgres } from './postgres-server.js';
import { toJson, toTable } from './report.js';
import { sealing } from './sealing.js';

const allFigures: readonly Figure[] = [
  appends,
  peers,
  commands,
  latency,
  rebuilds,
  relay,
  visible,
  timeTravel,
  start,
  memory,
  rolesMemory,
  content,
  sealing,
];

/** Where the bench writes: the result to `result`, everything else to `progress`, a line at a time. */
export interface Output {
  readonly result: (text: string) => void;
  readonly progress: (line: string) => void;
}

const standardOutput: Output = {
  result: (text) => process.stdout.write(`${text}\n`),
  progress: (line) => process.stderr.write(`${line}\n`),
};

/**
 * Measures what `args` ask for and gives the exit code: 0 when everything was measured, whether or not it met its
 * target; 1 otherwise. Nothing it started is left when it settles.
 */
export async function main(
  args: readonly string[],
  root: string,
  { figures = allFigures, output = standardOutput }: { figures?: readonly Figure[]; output?: Output } = {},
): Promise<number> {
  const options = readOptions(args, figures);
  if (typeof options === 'string') {
    output.progress(options);
    return 1;
  }
  if (options.help) {
    output.result(helpText(figures));
    return 0;
  }
  const stops: Stop[] = [];
  const stopAll = stopOnce(stops, output);
  const release = onSignal(stopAll, output);
  try {
    const bench = await prepared(root, options.contentMib, stops, output);
    const conditions = (await machine(bench)).join('\n');
    if (options.json) output.progress(conditions);
    else output.result(`${conditions}\n`);
    const measured: Measurement[] = [];
    for (const figure of options.figures) measured.push(...(await measure(figure, bench)));
    output.result(options.json ? toJson(measured) : toTable(measured));
    return measured.every(({ value }) => value !== null) ? 0 : 1;
  } finally {
    await stopAll();
    release();
  }
}

type Stop = () => Promise<unknown>;

async function prepared(
  root: string,
  contentMib: number,
  stops: Stop[],
  { progress }: Output,
): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'inquest-bench-'));
  await chmod(folder, 0o711); // Root runs PostgreSQL as another user, who must pass through.
  stops.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  let server: Promise<PostgresServer> | undefined;
  const start = async (): Promise<PostgresServer> => {
    const started = await startPostgres(folder, progress);
    stops.push(() => started.stop());
    return started;
  };
  return {
    root,
    folder,
    contentMib,
    progress,
    postgres: () => (server ??= start()),
    atEnd: (stop) => stops.push(stop),
  };
}

async function measure(figure: Figure, bench: Bench): Promise<readonly Measurement[]> {
  const begun = performance.now();
  bench.progress(`${figure.id}: ${figure.title}`);
  const lines = await figure.measure({ ...bench, progress: (line) => bench.progress(`  ${line}`) });
  bench.progress(`  ${Math.round((performance.now() - begun) / 1000)} s`);
  return lines;
}

/** Stops everything in reverse order; later calls wait for the first. */
function stopOnce(stops: Stop[], { progress }: Output): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop())
      await stop().catch((error: unknown) => progress(`While stopping: ${String(error)}`));
  };
  return () => (stopping ??= stopAll());
}

/** The first signal stops everything and then ends the process; npm brings it twice. Gives what undoes this. */
function onSignal(stopAll: () => Promise<void>, { progress }: Output): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let isTold = false;
  const interrupted = (signal: (typeof signals)[number]): void => {
    if (isTold) return;
    isTold = true;
    progress(`Interrupted by ${signal}; stopping the servers.`);
    // What is measured loses its servers, and that is no news.
    process.on('uncaughtException', () => undefined);
    void stopAll().then(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of signals) process.on(signal, interrupted);
  return () => {
    for (const signal of signals) process.off(signal, interrupted);
  };
}

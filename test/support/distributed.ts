import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { environmentWithoutSettings } from './environment.js';
import { projectDir } from './spawn-module.js';
import { waitFor } from './wait-for.js';

const replacedMsMax = 60_000;

/** What `npm -s run distributed -- --json` prints when all are ready. */
export interface DistributedReady {
  readonly url: string;
  readonly brokers: string;
  readonly tokens: Readonly<Record<string, string>>;
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly url: string }[];
  readonly data: string;
}

/** `npm run distributed` as a user runs it: api, relay and projectors as its children. */
export interface Distributed extends DistributedReady {
  readonly process: ChildProcess;
  /** What it has said on standard error, line by line. */
  readonly lines: readonly string[];
  /** Kills one of its processes, and gives the process that takes its place. */
  replace(name: string): Promise<{ pid: number; url: string }>;
  /** Asks it to stop in order, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** `npm run distributed`, beginning. */
export function spawnDistributed(
  data: string,
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
) {
  return spawn(
    process.execPath,
    ['infra/distributed/main.mjs', '--json', '--port', '0', '--data', data, ...args],
    {
      cwd: projectDir,
      env: { ...environmentWithoutSettings(), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

/** Starts it and waits until it is ready. Rejects with its last words when it ends before that. */
export async function startDistributed(
  ...started: Parameters<typeof spawnDistributed>
): Promise<Distributed> {
  const child = spawnDistributed(...started);
  const lines: string[] = [];
  const errors = createInterface({ input: child.stderr });
  errors.on('line', (line) => lines.push(line));
  const ready = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(
      ([line]) => JSON.parse(String(line)) as DistributedReady,
    ),
    once(child, 'close').then(() => Promise.reject(new Error(lines.join('\n')))),
  ]);
  const places = new Map(ready.processes.map(({ name, ...place }) => [name, place]));
  return {
    ...ready,
    process: child,
    lines,
    async replace(name) {
      const known = places.get(name);
      if (!known) throw new Error(`there is no process ${name}`);
      const before = lines.length;
      process.kill(known.pid, 'SIGKILL');
      const readyAgain = () =>
        lines
          .slice(before)
          .filter((line) => line.startsWith(`${name} `))
          .flatMap((line) => [/ ready at (\S+) \(process (\d+)\)/.exec(line) ?? []])
          .find(([found]) => found);
      await waitFor(`${name} to be ready again`, () => readyAgain() !== undefined, replacedMsMax);
      const [, url = '', pid] = readyAgain() ?? [];
      const place = { url, pid: Number(pid) };
      places.set(name, place);
      return place;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
      return child.exitCode;
    },
  };
}

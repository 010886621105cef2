import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { projectDir } from './spawn-module.js';

/** What `npm -s start -- --json` prints when it is ready. */
export interface Ready {
  readonly ready: true;
  readonly url: string;
  readonly docs: string;
  readonly data: string;
  readonly tokens: Readonly<Record<string, string>>;
}

/** The standalone as a user runs it: a process of its own, from the build. */
export interface StandaloneProcess extends Ready {
  readonly process: ChildProcess;
  /** A GET as one of the demo users; the JSON of the answer. */
  get(path: string, as?: string): Promise<Body>;
  /** A POST as one of the demo users. */
  post(
    path: string,
    body: object,
    options?: { as?: string; key?: string },
  ): Promise<{ status: number; body: Body }>;
  /** The end of what it said on standard error. */
  words(): string;
  /** Asks it to stop in order, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Parsed JSON of an answer, for a test to look into. */
export type Body = Readonly<Record<string, unknown>>;

/** Starts it and waits until it is ready. Rejects with its last words when it ends before that. */
export async function startStandaloneProcess(...args: readonly string[]): Promise<StandaloneProcess> {
  const started = run('--json', '--port', '0', ...args);
  const lines = createInterface({ input: started.stdout! });
  const ready = await Promise.race([
    once(lines, 'line').then(([line]) => JSON.parse(String(line)) as Ready),
    once(started, 'exit').then(() => Promise.reject(new Error(`The standalone ended: ${started.words()}`))),
  ]);
  const ask = (
    path: string,
    as: string,
    request: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ) =>
    fetch(`${ready.url}${path}`, {
      ...request,
      headers: { authorization: `Bearer ${ready.tokens[as]}`, ...request.headers },
    });
  return {
    ...ready,
    process: started,
    get: async (path, as = 'Auditor') => (await (await ask(path, as)).json()) as Body,
    post: async (path, body, { as = 'Prosecutor', key } = {}) => {
      const response = await ask(path, as, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as Body };
    },
    words: () => started.words(),
    stop: () => stopped(started),
  };
}

/** What `npm start` tells whoever wants to look at the documentation. */
export interface Welcome {
  readonly docs: string;
  readonly username: string;
  readonly password: string;
  /** Asks it to stop in order, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts it without --json, and reads what it prints as its user would. */
export async function startWelcoming(...args: readonly string[]): Promise<Welcome> {
  const started = run('--port', '0', ...args);
  let said = '';
  started.stdout!.on('data', (chunk: Buffer) => (said += String(chunk)));
  const found = () =>
    /Documentation +(?<docs>\S+)\s.*"(?<username>.+)", password (?<password>\S+)/.exec(said)?.groups;
  while (found() === undefined)
    await Promise.race([
      once(started.stdout!, 'data'),
      once(started, 'exit').then(() => Promise.reject(new Error(`The standalone ended: ${started.words()}`))),
    ]);
  const { docs, username, password } = found()!;
  return { docs: docs!, username: username!, password: password!, stop: () => stopped(started) };
}

/** Starts it where it is expected to end by itself; gives its exit code and what it said on standard error. */
export async function runStandaloneProcess(
  ...args: readonly string[]
): Promise<{ code: number | null; words: string }> {
  const started = run('--json', ...args);
  const [code] = (await once(started, 'close')) as [number | null];
  return { code, words: started.words() };
}

async function stopped(started: ChildProcess): Promise<number | null> {
  if (started.exitCode !== null) return started.exitCode;
  started.kill('SIGTERM');
  const [code] = (await once(started, 'exit')) as [number | null];
  return code;
}

function run(...args: readonly string[]): ChildProcess & { words(): string } {
  const child = spawn(process.execPath, ['dist/apps/standalone/src/main.js', ...args], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + String(chunk)).slice(-20_000);
  });
  return Object.assign(child, { words: () => words });
}

// The processes of a distributed run: started together, watched, started again when one ends, and never silently.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const root = join(import.meta.dirname, '..', '..');
const readyMsMax = 60_000;
/** Beyond INQUEST_STOP_TIMEOUT_MS, and more than a process takes by itself. */
const stopGraceMs = 15_000;
const restartMs = 500;
/** One that ends so often within so long is broken, and nobody is helped by trying on. */
const endsMax = 5;
const endsWithinMs = 60_000;
const lastLinesMax = 5;

const roles = [
  { name: 'api', app: 'api' },
  { name: 'relay', app: 'relay' },
  { name: 'projector-1', app: 'projector' },
  { name: 'projector-2', app: 'projector' },
];

/** Starts all and resolves when each is ready. Rejects with the last words of one that does not become ready. */
export async function startProcesses(environment, { data, port, stopTimeoutMs, say, stops, ending, failed }) {
  ending.throwIfAborted();
  mkdirSync(join(data, 'log'), { recursive: true, mode: 0o700 });
  const stopMsMax = stopTimeoutMs + stopGraceMs;
  const started = roles.map(({ name, app }) => {
    const log = createWriteStream(join(data, 'log', `${name}.log`), { flags: 'a', mode: 0o600 });
    const settings = { ...environment, INQUEST_PORT: app === 'api' ? port : '0' };
    // The owner's rights are for migrations, and no process of ours has them.
    delete settings.INQUEST_POSTGRES_OWNER_URL;
    delete settings.INQUEST_POSTGRES_OWNER_URL_FILE;
    return new Supervised({ name, app, settings, log, stopMsMax, say, ending, failed });
  });
  stops.push(['a process', () => Promise.all(started.map((one) => one.stop()))]);
  return Promise.all(started.map((one) => one.ready()));
}

/** Asks a child that leads a group of its own to stop, with all of the group, and ends it when it takes longer. */
export async function stopGroup(child, msMax) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  const late = setTimeout(() => signalGroup(child, 'SIGKILL'), msMax);
  await exited;
  clearTimeout(late);
}

/** It may be gone, and we have not heard of it yet. */
function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

class Supervised {
  #child;
  #ends = [];

  constructor(options) {
    this.options = options;
  }

  /** Starts it; `{ name, pid, url }`. Rejects when it ends before it is ready; afterwards it is started again. */
  async ready() {
    const { name, settings, say } = this.options;
    const child = this.#start();
    const ended = once(child, 'exit').then(([code, signal]) => signal ?? `exit code ${code}`);
    const url = await urlOf(child, name);
    // Started again, it is where it was.
    settings.INQUEST_PORT = new URL(url).port;
    say(`${name.padEnd(12)} ready at ${url} (process ${child.pid})`);
    void ended.then((how) => this.#ended(how));
    return { name, pid: child.pid, url };
  }

  async stop() {
    if (this.#child) await stopGroup(this.#child, this.options.stopMsMax);
  }

  #start() {
    const { app, settings, log } = this.options;
    const main = join(root, 'dist', 'apps', app, 'src', 'main.js');
    // In a group of its own: Ctrl-C in a terminal is for us, and we stop it in order. Over the channel it says that it is
    // ready, and learns when we are gone.
    const child = spawn(process.execPath, [main], {
      env: settings,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
    return child;
  }

  async #ended(how) {
    const { name, say, ending, failed } = this.options;
    if (ending.aborted) return;
    const now = Date.now();
    this.#ends = [...this.#ends.filter((at) => now - at < endsWithinMs), now];
    if (this.#ends.length > endsMax) {
      failed(`${name} ended (${how}), for the ${this.#ends.length}th time in a minute; see its log.`);
      return;
    }
    say(`${name.padEnd(12)} ended (${how}), and is started again`);
    await delay(restartMs);
    if (!ending.aborted) await this.ready().catch((error) => this.#ended(error.message));
  }
}

async function urlOf(child, name) {
  const lastLines = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > lastLinesMax) lastLines.shift();
  });
  const isReady = once(child, 'message').then(([{ url }]) => url);
  const ended = once(child, 'close').then(() => undefined);
  const url = await Promise.race([isReady, ended, delay(readyMsMax, undefined, { ref: false })]);
  if (url !== undefined) return url;
  child.kill('SIGKILL');
  throw new Error(`${name} did not become ready:\n${lastLines.join('\n')}`);
}

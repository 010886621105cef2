// The processes of a distributed run: started together, watched, started again when one ends, and never silently.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const root = join(import.meta.dirname, '..', '..');
const readyMsMax = 60_000;
const restartMs = 500;
/** One that ends so often within so long is broken, and nobody is helped by trying on. */
const endsMax = 5;
const endsWithinMs = 60_000;

const roles = [
  { name: 'api', app: 'api' },
  { name: 'relay', app: 'relay' },
  { name: 'projector-1', app: 'projector' },
  { name: 'projector-2', app: 'projector' },
];

/** Starts all and resolves when each is ready. Rejects with the last words of one that does not become ready. */
export async function startProcesses({ environment, data, port, say, stops }) {
  mkdirSync(join(data, 'log'), { recursive: true, mode: 0o700 });
  const started = roles.map(({ name, app }) => {
    const log = createWriteStream(join(data, 'log', `${name}.log`), { flags: 'a', mode: 0o600 });
    const settings = { ...environment, INQUEST_PORT: app === 'api' ? port : '0' };
    // The owner's rights are for migrations, and no process of ours has them.
    delete settings.INQUEST_POSTGRES_OWNER_URL;
    return new Supervised({ name, app, settings, log, say, failed: (line) => stops.failed(line) });
  });
  stops.push(() => Promise.all(started.map((one) => one.stop())));
  return Promise.all(started.map((one) => one.ready()));
}

class Supervised {
  #child;
  #isStopping = false;
  #ends = [];
  #lastLines = [];

  constructor(options) {
    this.options = options;
  }

  /** Starts it; `{ name, pid, url }`. */
  async ready() {
    const { name, say } = this.options;
    const child = this.#start();
    const url = await this.#url(child);
    // Started again, it is where it was.
    this.options.settings.INQUEST_PORT = new URL(url).port;
    say(`${name.padEnd(12)} ready at ${url} (process ${child.pid})`);
    void once(child, 'exit').then(([code, signal]) => this.#ended(signal ?? `exit code ${code}`));
    return { name, pid: child.pid, url };
  }

  async stop() {
    this.#isStopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }

  #start() {
    const { app, settings, log } = this.options;
    const main = join(root, 'dist', 'apps', app, 'src', 'main.js');
    // In a group of its own: Ctrl-C in a terminal is for us, and we stop it in order.
    const child = spawn(process.execPath, [main], {
      env: settings,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
    return child;
  }

  async #url(child) {
    const { name } = this.options;
    this.#lastLines = [];
    const isReady = new Promise((done) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.#lastLines = [...this.#lastLines.slice(-4), line];
        const url = /"url":"([^"]+)","msg":"ready"/.exec(line)?.[1];
        if (url !== undefined) done(url);
      });
    });
    const ended = once(child, 'close').then(() => undefined);
    const url = await Promise.race([isReady, ended, delay(readyMsMax, undefined, { ref: false })]);
    if (url !== undefined) return url;
    child.kill('SIGKILL');
    throw new Error(`${name} did not become ready:\n${this.#lastLines.join('\n')}`);
  }

  async #ended(how) {
    if (this.#isStopping) return;
    const { name, say, failed } = this.options;
    const now = Date.now();
    this.#ends = [...this.#ends.filter((at) => now - at < endsWithinMs), now];
    if (this.#ends.length > endsMax) {
      failed(`${name} ended (${how}), for the ${this.#ends.length}th time in a minute; see its log.`);
      return;
    }
    say(`${name.padEnd(12)} ended (${how}), and is started again`);
    await delay(restartMs);
    if (this.#isStopping) return;
    await this.ready().catch((error) => failed(error.message));
  }
}

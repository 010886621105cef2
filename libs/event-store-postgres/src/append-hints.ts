import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { type Log, sqlFile } from './log.js';
import type { ReadPool } from './read-pool.js';
import type { Sockets } from './sockets.js';

/**
 * Tells waiting subscriptions that the log may have grown: at once within this process, by LISTEN and NOTIFY between
 * processes. Only a hint: it may be lost with its connection, and whoever waits looks again after a while regardless.
 * The connection is held while somebody waits for the log.
 */
export class AppendHints {
  /** Goes up with each hint: whoever saw a number before reading misses nothing that came while it read. */
  version = 0;
  readonly #channel: string;
  /** Goes with our notifications, so that we know our own. */
  readonly #sender = randomUUID();
  readonly #wakers = new Set<() => void>();
  #subscriptions = 0;
  #listener: Client | undefined;
  #notifying: Promise<void> | undefined;
  #notifyAgain = false;

  constructor(
    private readonly url: string,
    log: Log,
    private readonly pool: ReadPool,
    private readonly connectTimeoutMs: number,
    private readonly sockets: Sockets,
    private readonly disturbed: (error: Error) => void,
  ) {
    this.#channel = `inquest_${log}`;
  }

  /** Tells everybody, after a commit. One notification is under way at a time; it stands for all before it. */
  announce(): void {
    this.#wake();
    this.#notifyAgain = true;
    this.#notifying ??= this.#notify();
  }

  /** Keeps the connection for hints from other processes until the returned function is called. */
  subscribe(): () => void {
    this.#subscriptions += 1;
    this.#listen();
    return () => {
      this.#subscriptions -= 1;
      if (this.#subscriptions === 0) this.#stop();
    };
  }

  /** Resolves when a hint newer than `version` came, the time is over, or the signal aborts. */
  wait(version: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.version !== version || signal.aborted) return Promise.resolve();
    this.#listen();
    return new Promise((resolve) => {
      const wake = () => {
        this.#wakers.delete(wake);
        signal.removeEventListener('abort', wake);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake);
      this.#wakers.add(wake);
    });
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#stop();
    await this.#notifying;
  }

  #wake(): void {
    this.version += 1;
    for (const wake of this.#wakers) wake();
  }

  async #notify(): Promise<void> {
    while (this.#notifyAgain) {
      this.#notifyAgain = false;
      // Only a hint: whoever misses it looks again after a while. The pool tells of its own failures.
      await this.pool.query(notify, [this.#channel, this.#sender]).catch(() => undefined);
    }
    this.#notifying = undefined;
  }

  /** Makes the connection if it is missing; whoever waits next tries again when it fails. */
  #listen(): void {
    if (this.#listener || this.#subscriptions === 0) return;
    const client = new Client({
      connectionString: this.url,
      application_name: 'inquest listen',
      connectionTimeoutMillis: this.connectTimeoutMs,
      query_timeout: this.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      stream: this.sockets.open,
    });
    this.#listener = client;
    const lost = () => {
      if (this.#listener === client) this.#listener = undefined;
    };
    client.on('notification', ({ payload }) => {
      if (payload !== this.#sender) this.#wake();
    });
    client.on('error', this.disturbed);
    client.on('end', lost);
    client
      .connect()
      .then(() => client.query(`listen ${this.#channel}`))
      .then(() => this.#wake())
      .catch((error: Error) => {
        this.disturbed(error);
        lost();
        void client.end();
      });
  }

  #stop(): void {
    const client = this.#listener;
    this.#listener = undefined;
    client?.end().catch(this.disturbed);
  }
}

const notify = { name: 'notify', text: sqlFile('./sql/notify.sql') };

import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { allegation } from './sample-commands.js';

/** One command of a load, with which it can be asked again. */
interface Sent {
  readonly path: string;
  readonly body: string;
  readonly key: string;
}

export interface Receipt {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly eventIds: readonly string[];
}

/** Why no answer came, as far as the client knows. */
export interface Unanswered {
  readonly at: string;
  /** The connection could not be made: nobody has seen the request. */
  readonly isRefused: boolean;
  readonly reason: string;
}

export interface LoadOptions {
  /** APIs that take commands now. */
  readonly urls: () => readonly string[];
  readonly token: string;
  readonly workers: number;
  /** Between two commands of a worker. */
  readonly pauseMs: number;
}

const answerMsMax = 15_000;
const resolveMsMax = 60_000;

/**
 * Commands from several clients at once, two for each stream, at a bounded rate, until it is told to stop. What is not
 * answered is kept, and asked again with the same key in the end.
 */
export class Load {
  readonly receipts = new Map<string, Receipt>();
  readonly unanswered: Unanswered[] = [];
  readonly #unresolved: Sent[] = [];
  readonly #name = Math.random().toString(36).slice(2);
  #isRunning = true;
  #workers: Promise<unknown> = Promise.resolve();
  #sent = 0;

  constructor(private readonly options: LoadOptions) {}

  start(): this {
    this.#workers = Promise.all(Array.from({ length: this.options.workers }, () => this.#work()));
    return this;
  }

  /** Ends the load, and resolves what was left open: each either took effect once or is carried out now. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#workers;
    for (const sent of this.#unresolved.splice(0)) await this.#resolve(sent);
  }

  /** Waits until so many more commands are acknowledged. */
  async acknowledges(more: number, msMax = 30_000): Promise<void> {
    const wanted = this.receipts.size + more;
    for (const until = Date.now() + msMax; this.receipts.size < wanted; await delay(20))
      if (Date.now() > until) throw new Error(`no ${more} commands were acknowledged within ${msMax} ms`);
  }

  async #work(): Promise<void> {
    while (this.#isRunning) {
      const filed = await this.#command('/v1/allegations', allegation({ summary: `Account ${this.#sent}` }));
      await delay(this.options.pauseMs);
      if (filed)
        await this.#command(`/v1/allegations/${filed.id}/triage-allegation`, {
          decision: 'accepted',
          reason: 'Specific and first hand',
        });
      await delay(this.options.pauseMs);
    }
  }

  async #command(path: string, body: object): Promise<Receipt | undefined> {
    this.#sent += 1;
    const sent = { path, body: JSON.stringify(body), key: `${this.#name}-${this.#sent}` };
    const urls = this.options.urls();
    const url = urls[this.#sent % urls.length];
    if (url === undefined) return undefined;
    const receipt = await this.#ask(url, sent);
    if (!receipt) this.#unresolved.push(sent);
    return receipt;
  }

  async #ask(url: string, sent: Sent): Promise<Receipt | undefined> {
    try {
      const { status, text } = await post(url, sent, this.options.token);
      if (status === 200 || status === 201) {
        const receipt: Receipt = JSON.parse(text);
        this.receipts.set(sent.key, receipt);
        return receipt;
      }
      this.unanswered.push({ at: url, isRefused: false, reason: `${status} ${text}` });
    } catch (error) {
      // An error of Node's own is none of this realm's.
      const code = typeof error === 'object' && error && 'code' in error ? String(error.code) : String(error);
      this.unanswered.push({ at: url, isRefused: code === 'ECONNREFUSED', reason: code });
    }
    return undefined;
  }

  async #resolve(sent: Sent): Promise<void> {
    for (const until = Date.now() + resolveMsMax; ;) {
      const url = this.options.urls()[0];
      if (url !== undefined && (await this.#ask(url, sent))) return;
      if (Date.now() > until)
        throw new Error(`${sent.path} was not resolved: ${this.unanswered.at(-1)?.reason}`);
      await delay(100);
    }
  }
}

/** Each request on a connection of its own: one that is kept may be closed just when it is used again. */
const agent = new Agent({ keepAlive: false });

function post(
  url: string,
  { path, body, key }: Sent,
  token: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': key,
    };
    const asked = request(
      `${url}${path}`,
      { method: 'POST', agent, headers, timeout: answerMsMax },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.once('error', reject);
        answer.once('aborted', () => reject(new Error('aborted')));
      },
    );
    asked.once('timeout', () => asked.destroy(new Error('timeout')));
    asked.once('error', reject);
    asked.end(body);
  });
}

import { setTimeout as delay } from 'node:timers/promises';
import { type Answered, type Asked, type Exchange, fetched } from './exchange.js';
import { afterMs, backoffMs } from './retry.js';

/** What Inquest says of a command that it has carried out, now or at an earlier request with the same key. */
export interface Receipt {
  readonly id: string;
  /** In the global order of events; a 64-bit number. */
  readonly position: bigint;
  /** The key was seen before: nothing was changed by this request. */
  readonly replayed: boolean;
}

/** Inquest will not carry out this one command, however often it is asked. */
export class CommandRejected extends Error {
  override readonly name = 'CommandRejected';
}

/** Inquest failed over this one command each time it was asked: nobody knows whether it was carried out. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** Nothing can be sent any more: no server, no longer signed in, or not allowed to import. */
export class ImportStopped extends Error {
  override readonly name = 'ImportStopped';
}

/** Where to send commands, and as whom. */
export interface Target {
  /** Without a path, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly token: string;
}

export interface ClientOptions {
  /** How long a request that failed is tried again before the client gives up. */
  readonly patienceMs: number;
  /** How long one answer is waited for. A request that is cut off is sent again with its key: it takes effect once. */
  readonly requestMsMax: number;
  readonly exchange: Exchange;
}

type Request = Omit<Asked, 'signal'> & { readonly path: string };

/** A server that fails so often over one command will fail again. */
const failuresMax = 3;
const defaults: ClientOptions = {
  patienceMs: 120_000,
  requestMsMax: 30_000,
  exchange: fetched,
};

/** Sends commands over HTTP, any number at a time; connections are kept alive and reused. */
export class InquestClient {
  private readonly options: ClientOptions;
  /** Requests that were answered with "later" or not at all, and sent again. */
  retries = 0;

  constructor(
    private readonly target: Target,
    options: Partial<ClientOptions> = {},
  ) {
    this.options = { ...defaults, ...options };
  }

  /**
   * Carries out one command exactly once: repeated with the same key until the server says what came of it.
   *
   * @throws CommandRejected the server will never take this command, and nothing was changed.
   * @throws OutcomeUnknown the server failed over it (500) time and again.
   * @throws ImportStopped no answer within the client's patience, or the token does not allow it.
   */
  async command(
    path: string,
    body: object,
    idempotencyKey: string,
    requestMsMax = this.options.requestMsMax,
  ): Promise<Receipt> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
    const request = { method: 'POST' as const, path, headers, body: JSON.stringify(body) };
    return receiptOf(this.target.url, await this.#answered(request, requestMsMax));
  }

  /** Reads JSON; throws as `command` does. */
  async read(path: string): Promise<unknown> {
    const { text } = await this.#answered({ method: 'GET', path, headers: {} }, this.options.requestMsMax);
    return parsed(text);
  }

  async #answered(request: Request, requestMsMax: number): Promise<Answered> {
    let giveUpAt: number | undefined;
    let failures = 0;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#send(request, requestMsMax);
      if ('status' in answer) return answer;
      // An answer may be long in coming: its time is not taken from the patience for what fails.
      giveUpAt ??= Date.now() + this.options.patienceMs;
      if (answer.isFailure && (failures += 1) === failuresMax) throw new OutcomeUnknown(answer.reason);
      const waitMs = Math.max(answer.afterMs, backoffMs(attempt));
      if (Date.now() + waitMs > giveUpAt) {
        throw new ImportStopped(`${this.target.url} gives no answer: ${answer.reason}`, {
          cause: answer.cause,
        });
      }
      this.retries += 1;
      await delay(waitMs);
    }
  }

  /**
   * Fails at once when nobody listens, or somebody else, rather than after the patience for a server that is away.
   *
   * @throws ImportStopped
   */
  async reach(): Promise<void> {
    const { url } = this.target;
    let status: number;
    try {
      ({ status } = await fetch(new URL('/livez', url), {
        redirect: 'manual',
        signal: AbortSignal.timeout(this.options.requestMsMax),
      }));
    } catch (error) {
      throw new ImportStopped(`no server answers at ${url}: ${reasonOf(error)}`, { cause: error });
    }
    if (status !== 200)
      throw new ImportStopped(`${url} does not answer like Inquest: /livez has status ${status}`);
  }

  async #send({ path, ...request }: Request, requestMsMax: number): Promise<Answered | Later> {
    const signal = AbortSignal.timeout(requestMsMax);
    let answer: Answered;
    try {
      answer = await this.options.exchange(new URL(path, this.target.url), {
        ...request,
        headers: { authorization: `Bearer ${this.target.token}`, ...request.headers },
        signal,
      });
    } catch (error) {
      return { reason: reasonOf(error), afterMs: 0, cause: error };
    }
    const isDone = answer.status >= 200 && answer.status < 300;
    return isDone ? answer : laterOrNever(`${request.method} ${path}`, answer);
  }
}

/** The answer is to ask again, not before a while. */
interface Later {
  readonly reason: string;
  readonly afterMs: number;
  readonly cause?: unknown;
  /** The server failed over the command itself. */
  readonly isFailure?: true;
}

function laterOrNever(request: string, { status, header, text }: Answered): Later {
  const problem = problemOf(text);
  const said = describe(status, problem);
  if (status === 401 || status === 403) {
    throw new ImportStopped(`${request}: ${said}`);
  }
  const busy = status === 409 && problem.type === '/problems/busy';
  if (busy || [408, 429, 502, 503, 504].includes(status)) {
    return { reason: said, afterMs: afterMs(header('retry-after')) };
  }
  if (status === 500) return { reason: said, afterMs: 0, isFailure: true };
  throw new CommandRejected(said);
}

/** The members of problem+json that say what is wrong (RFC 9457). */
interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly traceId?: string;
  readonly errors: readonly string[];
}

function problemOf(text: string): Problem {
  const json = parsed(text);
  const member = (name: string) => {
    const value = json[name];
    return isText(value) ? { [name]: value } : {};
  };
  const faults: unknown[] = Array.isArray(json.errors) ? json.errors : [];
  const errors = faults
    .map(membersOf)
    .map(({ pointer, parameter, message }) => [pointer, parameter, message].filter(isText).join(' '));
  return {
    ...member('type'),
    ...member('title'),
    ...member('detail'),
    ...member('code'),
    ...member('traceId'),
    errors,
  };
}

function describe(status: number, problem: Problem): string {
  const { type, title, detail, code, traceId, errors } = problem;
  if (type === '/problems/idempotency-key-reused') {
    return 'was imported before with other content; what is stored was not changed';
  }
  const what = [code, detail ?? title].filter(Boolean).join(': ') || `HTTP status ${status}`;
  return [what, ...errors, ...(status >= 500 && traceId ? [`trace ${traceId}`] : [])].join('; ');
}

function receiptOf(url: string, { text, header }: Answered): Receipt {
  const { id, position } = parsed(text);
  if (typeof id !== 'string' || typeof position !== 'string' || !/^\d+$/.test(position)) {
    throw new ImportStopped(`${url} does not answer like Inquest`);
  }
  const replayed = header('idempotency-replayed') === 'true';
  return { id, position: BigInt(position), replayed };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return membersOf(JSON.parse(text));
  } catch {
    return {};
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  // fetch says "fetch failed" and hides what happened in the cause.
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

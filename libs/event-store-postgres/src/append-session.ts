import type { Socket } from 'node:net';
import { Client } from 'pg';
import type { EventToAppend, ExpectedRevision, StreamName } from '#event-sourcing';
import { AttemptFailed, attemptFailed } from './attempt-failed.js';
import { integerArray, textArray, uuidArray } from './binary-array.js';
import { type Log, sqlFile } from './log.js';
import type { Sockets } from './sockets.js';
import type { Watermark } from './watermark.js';

/** What one caller asked for. */
export interface AppendRequest {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToAppend[];
}

/** Revision and position of the request's last event; position 0 for a conflict, then with the newest revision. */
export interface AppendResult {
  readonly revision: number;
  readonly position: bigint;
}

export interface SessionBounds {
  /** Less than the transaction's: it is taken from the time that an append keeps for its transaction. */
  readonly connectTimeoutMs: number;
  /** The longest that one attempt may wait for the log's lock. */
  readonly lockTimeoutMs: number;
  /** The longest that the server gives one attempt, the wait for the lock included, whatever becomes of its client. */
  readonly transactionTimeoutMs: number;
}

interface SessionParts {
  readonly sockets: Sockets;
  readonly watermark: Watermark;
  readonly disturbed: (error: Error) => void;
}

interface Session {
  readonly client: Client;
  readonly socket: Socket;
  /** The server's clock at a time of ours (`performance.now()`), never ahead of it. */
  serverTime(atMs: number): number;
}

/**
 * The one connection of this process that appends, made when needed and again when it was lost. Attempts may be under
 * way at the same time: they are pipelined, so the server begins with the next while the answer to the last is on its
 * way. Each is a transaction of its own, and what one of them comes to says nothing about another.
 */
export class AppendSession {
  readonly #append: string;
  #open: { readonly socket: Socket; readonly session: Promise<Session> } | undefined;

  constructor(
    private readonly url: string,
    log: Log,
    private readonly bounds: SessionBounds,
    private readonly parts: SessionParts,
  ) {
    this.#append = sqlFile('./sql/append.sql', log);
  }

  /**
   * One attempt to append all requests, in one transaction. `giveUpAt` is the time (`performance.now()`) by which it has
   * settled. Throws `AttemptFailed`; unless its outcome is `unknown`, the transaction commits neither then nor later.
   */
  async append(requests: readonly AppendRequest[], giveUpAt: number): Promise<AppendResult[]> {
    const session = await this.#connected();
    const now = performance.now();
    const lockWaitMs = Math.min(this.bounds.lockTimeoutMs, giveUpAt - this.bounds.transactionTimeoutMs - now);
    if (lockWaitMs <= 0) throw new AttemptFailed('no time was left for the append', 'none', 'again');
    const deadline = new Date(session.serverTime(now + lockWaitMs)).toISOString();
    // The transaction begins before the deadline, or does nothing, and the server ends it this long after.
    const answer = setTimeout(
      () => this.#lose(session.socket),
      lockWaitMs + this.bounds.transactionTimeoutMs,
    );
    try {
      const { rows } = await session.client.query<AppendRow>({
        name: 'append',
        text: this.#append,
        values: [deadline, ...parameters(requests)],
      });
      const appended = results(requests, rows[0]);
      this.#saw(requests, appended);
      return appended;
    } catch (error) {
      const failed = attemptFailed(error);
      // Made anew, it may lead to another server, and the difference of the clocks is measured anew.
      if (failed.remedy !== 'input') this.#lose(session.socket);
      throw failed;
    } finally {
      clearTimeout(answer);
    }
  }

  async close(): Promise<void> {
    const session = await this.#open?.session;
    await session?.client.end();
  }

  #saw(requests: readonly AppendRequest[], appended: readonly AppendResult[]): void {
    requests.forEach(({ events }, index) => {
      const [last, result] = [events.at(-1), appended[index]];
      if (last && result) this.parts.watermark.saw({ id: last.id, position: result.position });
    });
  }

  #connected(): Promise<Session> {
    if (!this.#open) {
      const socket = this.parts.sockets.open();
      // However it ends: lost while idle, or cut by us.
      socket.once('close', () => this.#lose(socket));
      this.#open = { socket, session: this.#connect(socket) };
    }
    return this.#open.session;
  }

  /** Whatever is under way on this connection gets no answer, and the next attempt makes a new one. */
  #lose(socket: Socket): void {
    if (this.#open?.socket === socket) this.#open = undefined;
    socket.destroy();
  }

  async #connect(socket: Socket): Promise<Session> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'inquest append',
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      stream: () => socket,
      pipeline: true,
    });
    client.on('error', this.parts.disturbed);
    // Over everything until the session can append: a server may accept a connection and then say no more.
    const late = setTimeout(() => this.#lose(socket), this.bounds.connectTimeoutMs);
    try {
      await client.connect();
      const { rows } = await client.query<{ server_time_ms: string }>(startSession, [
        String(this.bounds.transactionTimeoutMs),
      ]);
      const receivedAt = performance.now();
      const serverTimeThen = Number(rows[0]?.server_time_ms);
      await this.parts.watermark.verify(client);
      return { client, socket, serverTime: (atMs) => serverTimeThen + atMs - receivedAt };
    } catch (error) {
      this.#lose(socket);
      throw attemptFailed(error, 'none');
    } finally {
      clearTimeout(late);
    }
  }
}

const startSession = sqlFile('./sql/start-append-session.sql');

interface AppendRow {
  readonly first_position: string | null;
  readonly revisions: number[] | null;
  readonly positions: string[] | null;
}

/** The arrays that the SQL function takes, in its order. */
function parameters(requests: readonly AppendRequest[]): Buffer[] {
  const events: EventToAppend[] = [];
  const streams: StreamName[] = [];
  const revisions: number[] = [];
  const afterRevisions: number[] = [];
  for (const request of requests)
    for (const [index, event] of request.events.entries()) {
      events.push(event);
      streams.push(request.stream);
      revisions.push(request.expected + 1 + index);
      afterRevisions.push(index === 0 ? request.expected : -1);
    }
  return [
    integerArray(requests.map((request) => request.events.length)),
    textArray(streams, 'text'),
    integerArray(revisions),
    integerArray(afterRevisions),
    uuidArray(events.map((event) => event.id)),
    textArray(
      events.map((event) => event.type),
      'text',
    ),
    integerArray(events.map((event) => event.schemaVersion)),
    textArray(
      events.map((event) => event.data),
      'json',
    ),
    textArray(
      events.map((event) => event.metadata),
      'json',
    ),
  ];
}

function results(requests: readonly AppendRequest[], row: AppendRow | undefined): AppendResult[] {
  if (row?.first_position) {
    let position = BigInt(row.first_position) - 1n;
    return requests.map(({ expected, events }) => {
      position += BigInt(events.length);
      return { revision: expected + events.length, position };
    });
  }
  return requests.map((_, index) => {
    const revision = row?.revisions?.[index];
    const position = row?.positions?.[index];
    if (revision === undefined || position === undefined)
      throw new Error('the append function answered too little');
    return { revision, position: BigInt(position) };
  });
}

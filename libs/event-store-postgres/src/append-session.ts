import { Socket } from 'node:net';
import { Client } from 'pg';
import type { EventToAppend, ExpectedRevision, StreamName } from '#event-sourcing';
import { AttemptFailed, attemptFailed } from './attempt-failed.js';
import { integerArray, textArray, uuidArray } from './binary-array.js';
import { type Log, sqlFile } from './log.js';

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
  /** The longest that the server lets one attempt hold the lock, whatever becomes of its client. */
  readonly transactionTimeoutMs: number;
}

interface Session {
  readonly client: Client;
  readonly socket: Socket;
  /** The server's clock at a time of ours (`performance.now()`), never ahead of it. */
  serverTime(atMs: number): number;
}

/**
 * The one connection of this process that appends, made when needed and again when it was lost. Not for concurrent use:
 * two transactions in flight were no faster than one, since the log has one lock.
 */
export class AppendSession {
  readonly #append: string;
  #session: Session | undefined;

  constructor(
    private readonly url: string,
    log: Log,
    private readonly bounds: SessionBounds,
    private readonly disturbed: (error: Error) => void,
  ) {
    this.#append = sqlFile('./sql/append.sql', log);
  }

  /**
   * One attempt to append all requests, in one transaction that cannot commit after this has settled. `giveUpAt` is the
   * time (`performance.now()`) by which it has settled. Throws `AttemptFailed`.
   */
  async append(requests: readonly AppendRequest[], giveUpAt: number): Promise<AppendResult[]> {
    const session = await this.#connected();
    const now = performance.now();
    const lockWaitMs = Math.min(this.bounds.lockTimeoutMs, giveUpAt - this.bounds.transactionTimeoutMs - now);
    if (lockWaitMs <= 0) throw new AttemptFailed('no time was left for the append', 'none', 'again');
    const deadline = new Date(session.serverTime(now + lockWaitMs)).toISOString();
    // The transaction begins before the deadline, or does nothing, and the server ends it this long after.
    const answer = setTimeout(() => session.socket.destroy(), lockWaitMs + this.bounds.transactionTimeoutMs);
    try {
      const { rows } = await session.client.query<AppendRow>({
        name: 'append',
        text: this.#append,
        values: [deadline, ...parameters(requests)],
      });
      return results(requests, rows[0]);
    } catch (error) {
      const failed = attemptFailed(error);
      // What was lost is made anew, and with it the difference of the clocks is measured anew.
      if (failed.remedy === 'again') this.#drop(session);
      throw failed;
    } finally {
      clearTimeout(answer);
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const cut = setTimeout(() => session.socket.destroy(), this.bounds.connectTimeoutMs);
    await session.client.end();
    clearTimeout(cut);
  }

  #drop(session: Session): void {
    if (this.#session === session) this.#session = undefined;
    session.socket.destroy();
  }

  async #connected(): Promise<Session> {
    this.#session ??= await this.#connect();
    return this.#session;
  }

  async #connect(): Promise<Session> {
    const socket = new Socket();
    const client = new Client({
      connectionString: this.url,
      application_name: 'inquest append',
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      stream: () => socket,
    });
    client.on('error', (error) => this.disturbed(error));
    client.on('end', () => {
      if (this.#session?.client === client) this.#session = undefined;
    });
    // Over everything until the session can append: a server may accept a connection and then say no more.
    const late = setTimeout(() => socket.destroy(), this.bounds.connectTimeoutMs);
    try {
      await client.connect();
      const { rows } = await client.query<{ server_time_ms: string }>(startSession, [
        String(this.bounds.transactionTimeoutMs),
      ]);
      const receivedAt = performance.now();
      const serverTimeThen = Number(rows[0]?.server_time_ms);
      return { client, socket, serverTime: (atMs) => serverTimeThen + atMs - receivedAt };
    } catch (error) {
      socket.destroy();
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

import { setMaxListeners } from 'node:events';
import {
  assertAppendable,
  type EventStore,
  type RecordedEvent,
  revisionMax,
  type StreamName,
} from '#event-sourcing';
import { AppendHints } from './append-hints.js';
import { AppendQueue, type QueueBounds } from './append-queue.js';
import { AppendSession, type SessionBounds } from './append-session.js';
import { type Log, sqlFile, type StoreObserver } from './log.js';
import { type ReadBounds, readPool } from './read-pool.js';
import { recordedEvent } from './recorded-event.js';
import { sharedPages } from './shared-pages.js';
import { Sockets } from './sockets.js';
import { streamPages } from './stream-pages.js';
import { subscription, type SubscriptionBounds } from './subscription.js';
import { Watermark } from './watermark.js';

export interface PostgresEventStore extends EventStore {
  /** Requests that wait for the next transaction. */
  readonly queueDepth: number;
  /** The id of the event at a position, to check that a log is still the one a checkpoint was taken from. */
  eventIdAt(position: bigint): Promise<string | undefined>;
  /**
   * Takes no more appends, answers the accepted ones, ends the subscriptions, then closes every connection. Can be
   * asked again.
   */
  close(): Promise<void>;
}

export interface PostgresEventStoreBounds extends SessionBounds, QueueBounds, ReadBounds, SubscriptionBounds {
  readonly pageEventsMax: number;
  readonly pageBytesMax: number;
}

export interface PostgresEventStoreOptions extends Partial<PostgresEventStoreBounds> {
  /** Of a login with the roles `inquest_append` and `inquest_read`. */
  readonly url: string;
  readonly log?: Log;
  readonly observe?: StoreObserver;
}

const defaults: PostgresEventStoreBounds = {
  connectTimeoutMs: 2_000,
  // A client that was cut off while it held the lock frees it after the transaction's time; the others wait for that
  // twice before their own is over: lock + transaction, then again.
  appendTimeoutMs: 8_000,
  lockTimeoutMs: 2_000,
  transactionTimeoutMs: 3_000,
  queuedRequestsMax: 4_096,
  queuedBytesMax: 32 * 1024 * 1024,
  batchesInFlightMax: 2,
  batchEventsMax: 1_000,
  batchBytesMax: 4 * 1024 * 1024,
  readConnectionsMax: 8,
  readTimeoutMs: 10_000,
  pageEventsMax: 1_000,
  pageBytesMax: 4 * 1024 * 1024,
  pollMsMin: 20,
  pollMsMax: 1_000,
  tailMs: 25,
};

/**
 * The event store on PostgreSQL 17 or newer, on a database that `migrateEventStore` prepared. Connects when it is first
 * used, and again whenever a connection was lost. Safe for concurrent use, by any number of processes on one database.
 */
export function postgresEventStore(options: PostgresEventStoreOptions): PostgresEventStore {
  const { url, log = 'events', observe = {}, ...given } = options;
  const bounds = { ...defaults, ...given };
  const disturbed = (error: Error) => observe.disturbed?.(error);
  const sockets = new Sockets();
  const watermark = new Watermark(log);
  const pool = readPool(url, bounds, { sockets, watermark, disturbed });
  const hints = new AppendHints(url, log, pool, bounds.connectTimeoutMs, sockets, disturbed);
  const session = new AppendSession(url, log, bounds, { sockets, watermark, disturbed });
  const queue = new AppendQueue(session, bounds, {
    appended: (events) => {
      hints.announce();
      observe.appended?.(events);
    },
    answered: (durationMs) => observe.answered?.(durationMs),
    disturbed,
  });
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const statement = (name: string): Statement => ({ name, text: sqlFile(`./sql/${name}.sql`, log) });
  const statements = {
    readAll: statement('read-all'),
    readStreams: statement('read-streams'),
    head: statement('head'),
    eventIdAt: statement('event-id-at'),
  };

  async function readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    const events = Math.min(limit, bounds.pageEventsMax);
    const rows = await pool.query(statements.readAll, [after, events, bounds.pageBytesMax]);
    return seen(rows.map((row) => recordedEvent(row)));
  }

  const pageOf = streamPages((values) => pool.query(statements.readStreams, values), bounds);

  async function* readStream(stream: StreamName, range: { from?: number; to?: number } = {}) {
    const to = Math.min(range.to ?? revisionMax, revisionMax);
    let from = Math.max(range.from ?? 0, 0);
    while (from <= to) {
      const { events, isLast } = await pageOf({ stream, from, to });
      if (events.length > 0) yield seen(events);
      if (isLast) return;
      from += events.length;
    }
  }

  function seen(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    watermark.saw(events.at(-1));
    return events;
  }

  const eventIdAt = async (position: bigint) => (await pool.query(statements.eventIdAt, [position]))[0]?.[0];

  const readTail = sharedPages(readAll, () => hints.version);
  const source = { readAll: readTail, hints, bounds, closing: closing.signal };

  let closed: Promise<void> | undefined;
  async function shutDown(): Promise<void> {
    await queue.close();
    closing.abort();
    const gone = Promise.all([session.close(), hints.close()]).then(() => pool.close());
    // A server that no longer answers does not say goodbye either.
    const late = setTimeout(() => sockets.destroyAll(), bounds.connectTimeoutMs);
    await gone.finally(() => clearTimeout(late));
  }

  return {
    append: async (stream, expected, events) => {
      const bytes = assertAppendable(stream, expected, events);
      return queue.append({ stream, expected, events }, bytes);
    },
    readStream,
    readAll,
    subscribe: (after, signal) => subscription(source, after, signal),
    head: async () => BigInt((await pool.query(statements.head, []))[0]?.[0] ?? 0),
    eventIdAt,
    get queueDepth() {
      return queue.depth;
    },
    close: () => (closed ??= shutDown()),
  };
}

interface Statement {
  readonly name: string;
  readonly text: string;
}

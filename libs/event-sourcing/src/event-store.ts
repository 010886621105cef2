/**
 * The port every event store implements. The contract suite beside it (`#event-sourcing/contract`) says the same
 * in tests; a store is right when it passes all of them.
 *
 * An event store is one totally ordered, append-only log, cut into streams. It moves bytes: `data` and `metadata`
 * are the text of one `JSON.stringify` and come back exactly as they were given, because the audit log hashes
 * them. Decoding is `events.ts`' business.
 */

/** The text of one JSON value, as `JSON.stringify` gave it. */
export type JsonText = string;

/** `<category>-<uuid>`: the category lower case letters only, the UUID lower case. */
export type StreamName = string;

export interface EventToAppend {
  /** UUID, lower case; unique in its stream. */
  readonly id: string;
  readonly type: string;
  /** From 1; goes up by one with each new shape of the type. */
  readonly schemaVersion: number;
  readonly data: JsonText;
  readonly metadata: JsonText;
}

export interface RecordedEvent extends EventToAppend {
  readonly stream: StreamName;
  /** Place in its stream, from 0, without gaps. */
  readonly revision: number;
  /** Place in the log: strictly growing in commit order, from 1. */
  readonly position: bigint;
  /** The store's clock, RFC 3339 in UTC with milliseconds; never goes backwards along the log. */
  readonly recordedAt: string;
}

/** The revision the caller decided on, or `noStream`. There is nothing looser: only exact revisions are idempotent. */
export type ExpectedRevision = number;
/** Expects that the stream does not exist. */
export const noStream = -1;

export interface Appended {
  /** Revision of the last event of this append. */
  readonly revision: number;
  /** Position of the last event of this append. */
  readonly position: bigint;
}

export interface EventStore {
  /**
   * Appends all events or none, adjacent and in order, and resolves once they are durable. Appending the same
   * event ids at the same expected revision again gives the first result and writes nothing, also when the stream
   * has moved on since.
   *
   * Rejects with `InvalidAppend` (nothing was written), `RevisionConflict` (nothing was written), `Overloaded`
   * (nothing was sent), `StoreUnavailable` (its `outcome` says whether the events may have been written; ask again
   * with the same ids to find out). Safe for concurrent use.
   */
  append(stream: StreamName, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<Appended>;

  /**
   * The events of one stream with `from <= revision <= to`, oldest first, in pages of a bounded size as the store
   * reads them. A stream that does not exist has no events. Rejects with `StoreUnavailable`.
   */
  readStream(
    stream: StreamName,
    range?: { from?: number; to?: number },
  ): AsyncIterable<readonly RecordedEvent[]>;

  /**
   * Up to `limit` events with a position above `after`, in the order of the log. Never shows an event before every
   * event ahead of it is visible. A store also bounds the bytes of a page, so that only an empty page, not a short
   * one, says that the end of the log was reached. Rejects with `StoreUnavailable`.
   */
  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]>;

  /**
   * Everything after a position: history, then live, in batches in log order; never a gap, never a repeat. Ends when
   * the signal aborts, and frees what it holds. An outage does not end it: it goes on where it was. Throws
   * `LogRewound` when the store comes back from an outage without the events that were already given out.
   */
  subscribe(after: bigint, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>;

  /** Position of the newest event; 0 for an empty log. Rejects with `StoreUnavailable`. */
  head(): Promise<bigint>;
}

/** The stream is not where the caller thought; nothing was written. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  constructor(
    readonly stream: StreamName,
    readonly expected: ExpectedRevision,
    /** Revision of the newest event, or `noStream`. */
    readonly actual: ExpectedRevision,
  ) {
    super(`${stream} is at revision ${actual}, not ${expected}`);
  }
}

/** The append breaks a bound of the port; nothing was written. A bug of the caller, or a command too large. */
export class InvalidAppend extends Error {
  override readonly name = 'InvalidAppend';
  constructor(
    readonly reason:
      | 'stream-name'
      | 'expected-revision'
      | 'empty'
      | 'too-many-events'
      | 'too-large'
      | 'event-id'
      | 'event-type'
      | 'not-json',
    detail: string,
    options?: { cause?: unknown },
  ) {
    super(detail, options);
  }
}

/** More work waits than the store can take in time; nothing was sent. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/** The store could not be reached or did not answer in time. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable';
  constructor(
    message: string,
    /** For an append: `none` when nothing was written, `unknown` when it may have been. Reads are always `none`. */
    readonly outcome: 'none' | 'unknown',
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * The log no longer holds an event that was read from it: the store was restored, or failed over, to an older state.
 * Whoever derived something from that event must stop and say so; going on would hide the loss. It stays so for this
 * process: nothing it remembers of the log can be trusted.
 */
export class LogRewound extends StoreUnavailable {
  override readonly name = 'LogRewound';
  constructor(
    readonly position: bigint,
    readonly eventId: string,
  ) {
    super(
      `the log no longer holds event ${eventId} at position ${position}: it was restored or failed over to an older ` +
        'state. Find out what was lost, then start this process anew.',
      'none',
    );
  }
}

/** Bounds of one append; EventStoreDB takes 1 MiB, so every store takes less. */
export const appendBytesMax = 900 * 1024;
export const appendEventsMax = 500;
/** Revisions are 32-bit in the stores; no stream of a case file comes near it. */
export const revisionMax = 2 ** 31 - 1 - appendEventsMax;

const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const uuid = new RegExp(`^${uuidPattern}$`);
const streamName = new RegExp(`^[a-z]{1,63}-${uuidPattern}$`);
const eventType = /^[A-Za-z][A-Za-z0-9]{0,99}$/;
/** An escaped NUL or surrogate; `JSON.stringify` escapes a surrogate only when its other half is missing. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|[dD][89a-fA-F])/;

/**
 * Checks the bounds every store shares, before anything is sent; whether a text is JSON is left to the store, which
 * parses it anyway. Gives the bytes of data and metadata together. Throws `InvalidAppend`.
 */
export function assertAppendable(
  stream: StreamName,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): number {
  if (!streamName.test(stream))
    throw new InvalidAppend('stream-name', `not a stream name: ${JSON.stringify(stream)}`);
  if (!Number.isInteger(expected) || expected < noStream || expected > revisionMax)
    throw new InvalidAppend('expected-revision', `not a revision: ${expected}`);
  if (events.length === 0) throw new InvalidAppend('empty', `nothing to append to ${stream}`);
  if (events.length > appendEventsMax)
    throw new InvalidAppend(
      'too-many-events',
      `${events.length} events in one append, at most ${appendEventsMax}`,
    );
  let bytes = 0;
  for (const event of events) {
    if (!uuid.test(event.id))
      throw new InvalidAppend('event-id', `not a lower-case UUID: ${JSON.stringify(event.id)}`);
    if (!eventType.test(event.type))
      throw new InvalidAppend('event-type', `not an event type: ${JSON.stringify(event.type)}`);
    if (!Number.isInteger(event.schemaVersion) || event.schemaVersion < 1 || event.schemaVersion > 32_767)
      throw new InvalidAppend('event-type', `not a schema version of ${event.type}: ${event.schemaVersion}`);
    assertStorable(event.type, event.data);
    assertStorable(event.type, event.metadata);
    bytes += Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata);
  }
  if (bytes > appendBytesMax)
    throw new InvalidAppend('too-large', `${bytes} bytes in one append, at most ${appendBytesMax}`);
  return bytes;
}

/** PostgreSQL's `json` keeps NUL and half a surrogate pair, but no reader could take them out as text. */
function assertStorable(type: string, text: JsonText): void {
  if (!text.isWellFormed() || (text.includes('\\u') && unstorableEscape.test(text)))
    throw new InvalidAppend('not-json', `${type} holds NUL or half a surrogate pair`);
}

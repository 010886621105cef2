import { type Aggregate, Fold, metadataOf, streamOf } from './aggregate.js';
import type { Loaded } from './command-handler.js';
import { type Change, diff } from './diff.js';
import type { EventStore, RecordedEvent } from './event-store.js';
import type { Actor } from './events.js';
import { withoutSealed } from './protected.js';
import { readonly } from './use-case.js';

/** A moment of a stream: by its revision, or by what was recorded up to an instant (RFC 3339, inclusive). */
export type Moment = { readonly revision: number } | { readonly asOf: string };

/**
 * The state as it was then, folded from the first event; nothing where the stream did not exist then, or never had
 * that revision. Recording times never go backwards along a log, so an instant cuts a stream in one place.
 */
export async function stateAt<State>(
  store: EventStore,
  aggregate: Aggregate<State>,
  id: string,
  moment: Moment,
): Promise<Loaded<State> | undefined> {
  const fold = new Fold(aggregate);
  const range = 'revision' in moment ? { to: moment.revision } : {};
  const asOfMs = 'asOf' in moment ? Date.parse(moment.asOf) : Infinity;
  reading: for await (const page of store.readStream(streamOf(aggregate.category, id), range))
    for (const event of page) {
      if (Date.parse(event.recordedAt) > asOfMs) break reading;
      fold.apply(event);
    }
  if (!fold.exists || ('revision' in moment && fold.revision !== moment.revision)) return undefined;
  return { state: readonly(fold.state), revision: fold.revision, position: fold.position };
}

/** One event of a stream, for readers. */
export interface StreamEntry {
  readonly revision: number;
  readonly position: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly actor: Actor;
  readonly reason?: string;
  readonly commandId: string;
  /** With `{ sealed: true }` in the place of what is sealed. */
  readonly data: unknown;
}

/** With what it changed in the state. */
export interface HistoryEntry extends StreamEntry {
  readonly changes: readonly Change[];
}

/** Up to `limit` events from a revision on, each with the old and the new value of every field it changed. */
export async function history<State>(
  store: EventStore,
  aggregate: Aggregate<State>,
  id: string,
  { from, limit }: { from: number; limit: number },
): Promise<HistoryEntry[]> {
  const fold = new Fold(aggregate);
  const entries: HistoryEntry[] = [];
  for await (const page of store.readStream(streamOf(aggregate.category, id), { to: from + limit - 1 }))
    for (const event of page) {
      if (event.revision < from) fold.apply(event);
      else entries.push({ ...streamEntry(aggregate, event), changes: changesBy(fold, event) });
    }
  return entries;
}

/** The event as an entry; `aggregate` is the one whose stream it is of. */
export function streamEntry({ events }: Pick<Aggregate, 'events'>, event: RecordedEvent): StreamEntry {
  const { actor, reason, commandId } = metadataOf(event);
  return {
    revision: event.revision,
    position: event.position,
    eventId: event.id,
    type: event.type,
    recordedAt: event.recordedAt,
    actor,
    ...(reason === undefined ? {} : { reason }),
    commandId,
    data: withoutSealed(events.decode(event).data),
  };
}

function changesBy<State>(fold: Fold<State>, event: RecordedEvent): readonly Change[] {
  // Before its first event there was nothing: what a state starts with was not recorded by anybody.
  const before: unknown = fold.exists ? structuredClone(fold.state) : {};
  fold.apply(event);
  return diff(before, structuredClone(fold.state));
}

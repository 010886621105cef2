import { type Static, type TSchema } from 'typebox';
import type { RecordedEvent } from './event-store.js';
import { noStream } from './event-store.js';
import { trust } from './trust.js';
import type { DomainEvent, Events, EventSchemas, EventOf, EvolveOf, Metadata, Occurrence } from './events.js';

/** A kind of stream: its events, its state before the first, and what each does to the state. */
export interface Aggregate<State = unknown, Event extends DomainEvent = DomainEvent> {
  readonly category: string;
  readonly events: Events;
  /** The state's schema: what a GET answers and what a history compares. */
  readonly schema: TSchema;
  initial(): State;
  evolve(draft: State, event: Event, at: Occurrence): void;
}

export function aggregate<S extends EventSchemas, T extends TSchema>(
  events: Events<S>,
  schema: T,
  initial: () => Static<T>,
  evolve: EvolveOf<Events<S>, Static<T>>,
): Aggregate<Static<T>, EventOf<S>> {
  // The signature above demands one case per event of the definition, each for that event's data.
  const cases = trust<Record<string, (draft: Static<T>, data: unknown, at: Occurrence) => void>>(evolve);
  return {
    category: events.category,
    events,
    schema,
    initial,
    evolve(draft, event, at) {
      const apply = cases[event.type];
      if (!apply) throw new Error(`${events.category} does not evolve by ${event.type}`);
      apply(draft, event.data, at);
    },
  };
}

export const streamOf = (category: string, id: string): string => `${category}-${id}`;
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
export const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

/** What one command did to a stream, as far as its first receipt needs it. */
export interface CommandTrace {
  readonly hash: string;
  readonly eventIds: readonly string[];
  readonly revision: number;
  readonly position: bigint;
}

/** An event read back, or known to follow directly because its append said so. */
export type UntimedEvent = Omit<RecordedEvent, 'recordedAt'>;

/**
 * A stream folded as far as it has been read: its state, and which commands it has seen. Mutable and owned by
 * whoever holds it; applying an event is synchronous, so a reader between two awaits sees a whole revision.
 */
export class Fold<State = unknown> {
  readonly state: State;
  revision: number = noStream;
  position = 0n;
  /** Of the stored events it was made of, in UTF-16 code units: what it weighs in a cache. */
  bytes = 0;
  readonly commands = new Map<string, CommandTrace>();

  constructor(readonly aggregate: Aggregate<State>) {
    this.state = aggregate.initial();
  }

  get exists(): boolean {
    return this.revision !== noStream;
  }

  /**
   * Moves one event on. An event already folded is passed over; a gap is a broken store and throws. `metadata` spares
   * whoever just wrote it parsing it again.
   */
  apply(recorded: UntimedEvent, metadata: Metadata = metadataOf(recorded)): void {
    if (recorded.revision <= this.revision) return;
    if (recorded.revision !== this.revision + 1)
      throw new Error(`${recorded.stream}: revision ${recorded.revision} follows ${this.revision}`);
    this.aggregate.evolve(
      this.state,
      this.aggregate.events.decode(recorded),
      occurrenceOf(recorded, metadata),
    );
    this.revision = recorded.revision;
    this.position = recorded.position;
    this.bytes += recorded.data.length + recorded.metadata.length;
    this.remember(recorded, metadata);
  }

  private remember(recorded: UntimedEvent, { commandId, commandHash }: Metadata): void {
    const earlier = this.commands.get(commandId)?.eventIds ?? [];
    this.commands.set(commandId, {
      hash: commandHash,
      eventIds: [...earlier, recorded.id],
      revision: recorded.revision,
      position: recorded.position,
    });
  }
}

/** The metadata the kernel wrote with an event. */
export function metadataOf(recorded: Pick<RecordedEvent, 'metadata'>): Metadata {
  // Nothing but `CommandHandler` writes metadata, and only of this type.
  return trust<Metadata>(JSON.parse(recorded.metadata));
}

function occurrenceOf(recorded: UntimedEvent, { actor }: Metadata): Occurrence {
  return { eventId: recorded.id, revision: recorded.revision, actor };
}

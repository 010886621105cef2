import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { EventStore, RecordedEvent } from '#event-sourcing';
import { eventStoreToken } from '../tokens.js';

export interface EventPage {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was looked at. */
  readonly position: bigint;
  /** The end of the log was not reached. */
  readonly more: boolean;
}

/** Events after a position, of the types that are wanted, in the order of the log. */
export class ReadEvents extends Query<EventPage> {
  constructor(
    readonly after: bigint,
    readonly limit: number,
    readonly isWanted: (type: string) => boolean,
  ) {
    super();
  }
}

/** A rare type is looked for in so many events, then the caller goes on from there. */
const scannedMax = 5_000;
const pageMax = 500;

@QueryHandler(ReadEvents)
export class ReadEventsHandler implements IQueryHandler<ReadEvents> {
  constructor(@Inject(eventStoreToken) private readonly store: EventStore) {}

  async execute({ after, limit, isWanted }: ReadEvents): Promise<EventPage> {
    const events: RecordedEvent[] = [];
    let position = after;
    // The rarer what is wanted turns out to be, the more is read at once.
    let size = limit;
    for (let scanned = 0; scanned < scannedMax;) {
      const page = await this.store.readAll(position, size);
      if (page.length === 0) return { events, position, more: false };
      for (const event of page) {
        position = event.position;
        if (isWanted(event.type)) events.push(event);
        if (events.length === limit) return { events, position, more: true };
      }
      scanned += page.length;
      size = Math.min(2 * size, pageMax);
    }
    return { events, position, more: true };
  }
}

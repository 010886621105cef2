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

/** Events after a position, of some types or of all, in the order of the log. */
export class ReadEvents extends Query<EventPage> {
  constructor(
    readonly after: bigint,
    readonly limit: number,
    readonly types: ReadonlySet<string> | undefined,
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

  async execute({ after, limit, types }: ReadEvents): Promise<EventPage> {
    const events: RecordedEvent[] = [];
    let position = after;
    for (let scanned = 0; scanned < scannedMax;) {
      const page = await this.store.readAll(position, types === undefined ? limit - events.length : pageMax);
      if (page.length === 0) return { events, position, more: false };
      for (const event of page) {
        position = event.position;
        if (types === undefined || types.has(event.type)) events.push(event);
        if (events.length === limit) return { events, position, more: true };
      }
      scanned += page.length;
    }
    return { events, position, more: true };
  }
}

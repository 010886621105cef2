import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Caller } from '#access';
import { type Aggregate, type EventStore, type StreamEntry, streamEntry, streamOf } from '#event-sourcing';
import type { ResourceKind } from '../resources.js';
import { eventStoreToken } from '../tokens.js';
import type { StreamPage } from './history-pages.js';
import { ResourceReader } from './resource-queries.js';

interface LedgerOf {
  readonly action: string;
  readonly aggregate: Pick<Aggregate, 'category' | 'events'>;
}

/** Up to `limit` events from a revision on, of what is recorded beside one resource. */
export class ReadLedger extends Query<readonly StreamEntry[]> {
  constructor(
    readonly kind: ResourceKind,
    readonly id: string,
    readonly caller: Caller,
    readonly ledger: LedgerOf,
    readonly page: StreamPage,
  ) {
    super();
  }
}

/** Throws `not-found` for whoever may not see the resource as it is now, or not read this of it. */
@QueryHandler(ReadLedger)
export class ReadLedgerHandler implements IQueryHandler<ReadLedger> {
  constructor(
    private readonly reader: ResourceReader,
    @Inject(eventStoreToken) private readonly store: EventStore,
  ) {}

  async execute({ kind, id, caller, ledger, page }: ReadLedger): Promise<readonly StreamEntry[]> {
    await this.reader.demand(kind, id, caller, kind.readAction);
    await this.reader.demand(kind, id, caller, ledger.action);
    const { category } = ledger.aggregate;
    const { from, limit } = page;
    const entries: StreamEntry[] = [];
    for await (const read of this.store.readStream(streamOf(category, id), { from, to: from + limit - 1 }))
      entries.push(...read.map((event) => streamEntry(ledger.aggregate, event)));
    return entries;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Caller } from '#access';
import {
  type Change,
  CommandHandler,
  diff,
  type EventStore,
  history,
  type HistoryEntry,
  type Loaded,
  type Moment,
  stateAt,
} from '#event-sourcing';
import { eventStoreToken } from '../tokens.js';
import { Permission } from '../permission.js';
import { notFound } from '../problems/problem.js';
import { isId, type ResourceKind } from '../resources.js';

/** The state of one resource, now or at a moment. */
export class ReadState extends Query<Loaded<unknown>> {
  constructor(
    readonly kind: ResourceKind,
    readonly id: string,
    readonly caller: Caller,
    readonly moment: Moment | undefined,
    /** What the caller wants the state for. */
    readonly action = kind.readAction,
  ) {
    super();
  }
}

/** Up to `limit` events of one resource from a revision on, with what each changed. */
export class ReadHistory extends Query<readonly HistoryEntry[]> {
  constructor(
    readonly kind: ResourceKind,
    readonly id: string,
    readonly caller: Caller,
    readonly page: { readonly from: number; readonly limit: number },
  ) {
    super();
  }
}

export interface Difference {
  readonly from: Loaded<unknown>;
  readonly to: Loaded<unknown>;
  readonly changes: readonly Change[];
}

/** What changed in one resource between two moments; up to now without the second. */
export class ReadDifference extends Query<Difference> {
  constructor(
    readonly kind: ResourceKind,
    readonly id: string,
    readonly caller: Caller,
    readonly from: Moment,
    readonly to: Moment | undefined,
  ) {
    super();
  }
}

/**
 * Reads resources for callers. Who may not see a resource as it is now, for a conflict of interest for instance, does not
 * see its past either. Throws `not-found`, the same for what is not there and for what is not for the caller.
 */
@Injectable()
export class ResourceReader {
  constructor(
    private readonly kernel: CommandHandler,
    private readonly permission: Permission,
    @Inject(eventStoreToken) private readonly store: EventStore,
  ) {}

  now(kind: ResourceKind, id: string, caller: Caller, action: string): Promise<Loaded<unknown>> {
    return this.seen(kind, id, caller, action, (loaded) => structuredClone(loaded));
  }

  /** Says nothing to whoever may see it as it is now. */
  async demand(kind: ResourceKind, id: string, caller: Caller, action: string): Promise<void> {
    await this.seen(kind, id, caller, action, () => true);
  }

  /** For whoever was permitted to see it as it is now. */
  async past(kind: ResourceKind, id: string, moment: Moment): Promise<Loaded<unknown>> {
    const loaded = await stateAt(this.store, kind.aggregate, id, moment);
    if (loaded === undefined) throw notFound();
    return loaded;
  }

  /** For whoever was permitted to see it as it is now. */
  history(kind: ResourceKind, id: string, page: { from: number; limit: number }): Promise<HistoryEntry[]> {
    return history(this.store, kind.aggregate, id, page);
  }

  private async seen<T>(
    kind: ResourceKind,
    id: string,
    caller: Caller,
    action: string,
    look: (loaded: Loaded<unknown>) => T,
  ): Promise<T> {
    const permitted = (loaded: Loaded<unknown>): T => {
      this.permission.demand(caller, action, kind, loaded.state);
      return look(loaded);
    };
    const found = isId(id) ? await this.kernel.inspect(kind.aggregate, id, permitted) : undefined;
    if (found === undefined) throw notFound();
    return found;
  }
}

@QueryHandler(ReadState)
export class ReadStateHandler implements IQueryHandler<ReadState> {
  constructor(private readonly reader: ResourceReader) {}

  async execute({ kind, id, caller, moment, action }: ReadState): Promise<Loaded<unknown>> {
    if (moment === undefined) return this.reader.now(kind, id, caller, action);
    await this.reader.demand(kind, id, caller, action);
    return this.reader.past(kind, id, moment);
  }
}

@QueryHandler(ReadHistory)
export class ReadHistoryHandler implements IQueryHandler<ReadHistory> {
  constructor(private readonly reader: ResourceReader) {}

  async execute({ kind, id, caller, page }: ReadHistory): Promise<readonly HistoryEntry[]> {
    await this.reader.demand(kind, id, caller, 'ReadHistory');
    return this.reader.history(kind, id, page);
  }
}

@QueryHandler(ReadDifference)
export class ReadDifferenceHandler implements IQueryHandler<ReadDifference> {
  constructor(private readonly reader: ResourceReader) {}

  async execute({ kind, id, caller, ...asked }: ReadDifference): Promise<Difference> {
    const now = await this.reader.now(kind, id, caller, 'ReadHistory');
    const from = await this.reader.past(kind, id, asked.from);
    const to = asked.to === undefined ? now : await this.reader.past(kind, id, asked.to);
    return { from, to, changes: diff(from.state, to.state) };
  }
}

export const resourceQueryHandlers = [ReadStateHandler, ReadHistoryHandler, ReadDifferenceHandler];

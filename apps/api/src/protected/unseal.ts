import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Caller } from '#access';
import { sealedFields, type Witness, witness } from '#domain';
import {
  CommandHandler,
  type DeepReadonly,
  type EventStore,
  metadataOf,
  Refused,
  type SealedValue,
  streamOf,
  trust,
} from '#event-sourcing';
import type { ProtectedData, SealedField } from '#protected-data';
import { AccessLog } from '../access-log.js';
import { Permission } from '../permission.js';
import { notFound } from '../problems/problem.js';
import { isId, kindOf } from '../resources.js';
import { eventStoreToken, protectedDataToken } from '../tokens.js';

export type SealedFieldName = (typeof sealedFields)[number];

/** Who a witness is: the only way in which sealed fields leave the system. */
export class UnsealIdentity extends Query<Readonly<Partial<Record<SealedFieldName, unknown>>>> {
  constructor(
    readonly id: string,
    /** All that are sealed without it. */
    readonly fields: readonly SealedFieldName[] | undefined,
    readonly purpose: string,
    readonly caller: Caller,
    readonly trace: { readonly traceId: string; readonly spanId: string },
  ) {
    super();
  }
}

export const unsealAction = 'UnsealIdentity';
const kind = kindOf(witness);

/**
 * The reading is on record before a key is touched. Whoever is erased in between is erased: the key is gone, whatever
 * the state said.
 */
@QueryHandler(UnsealIdentity)
export class UnsealIdentityHandler implements IQueryHandler<UnsealIdentity> {
  constructor(
    private readonly kernel: CommandHandler,
    private readonly permission: Permission,
    private readonly accesses: AccessLog,
    @Inject(eventStoreToken) private readonly store: EventStore,
    @Inject(protectedDataToken) private readonly data: ProtectedData,
  ) {}

  async execute({ id, fields, purpose, caller, trace }: UnsealIdentity) {
    if (!isId(id)) throw notFound();
    const found = await this.kernel.inspect(witness, id, ({ state, revision }) => {
      this.permission.demand(caller, unsealAction, kind, state);
      if (state.erased) throw new Refused('identity-erased');
      return { places: placesIn(state, fields ?? sealedFields), revision };
    });
    if (found === undefined) throw notFound();
    const { places, revision } = found;
    const stream = streamOf(witness.category, id);
    await this.accesses.note({
      caller,
      trace,
      command: {
        subject: stream,
        material: 'identity',
        fields: fields === undefined ? [...sealedFields] : [...fields],
        purpose,
        revision,
      },
    });
    const sealed = new Map<string, SealedField>();
    for (const [field, at] of places) sealed.set(field, await this.#sealedIn(stream, at, field));
    return Object.fromEntries(await this.data.unseal(stream, sealed));
  }

  async #sealedIn(stream: string, revision: number, field: SealedFieldName): Promise<SealedField> {
    for await (const [event] of this.store.readStream(stream, { from: revision, to: revision })) {
      if (event === undefined) break;
      const { data } = witness.events.decode(event);
      const { commandId } = metadataOf(event);
      // The state says that this event sealed the field.
      return { sealed: trust<Record<SealedFieldName, SealedValue>>(data)[field], commandId };
    }
    throw new Error(`${stream} has no revision ${revision}`);
  }
}

function placesIn({ sealed }: DeepReadonly<Witness>, fields: readonly SealedFieldName[]) {
  return fields.flatMap((field) => {
    const place = sealed[field];
    return place === undefined ? [] : [[field, place.revision] as const];
  });
}

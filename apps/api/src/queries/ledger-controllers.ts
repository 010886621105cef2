import {
  Controller,
  Get,
  Inject,
  Param,
  Query as QueryParameters,
  Req,
  type Type as Class,
} from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { access, reading, refusal, refused } from '#domain';
import type { Aggregate } from '#event-sourcing';
import { Operation } from '../http/operation.js';
import { callerOf } from '../http/request-hooks.js';
import { type ResourceKind, resourceKinds } from '../resources.js';
import { historyPage, historyPageOf, historyQuery } from './history-pages.js';
import { ReadLedger } from './ledger-query.js';

/** What is recorded beside the streams of resources, under their ids: it never moves a resource's own revision. */
interface Ledger {
  readonly aggregate: Pick<Aggregate, 'category' | 'events'>;
  /** In the address: `/v1/<kind>/{id}/<path>`. */
  readonly path: string;
  readonly action: string;
  /** In sentences. */
  readonly says: (noun: string) => string;
  readonly data: TSchema;
  /** The addresses of the kinds that have it. */
  readonly of: readonly string[];
}

const ledgers: readonly Ledger[] = [
  {
    aggregate: refusal,
    path: 'refusals',
    action: 'ReadRefusals',
    says: (noun) => `Sensitive commands that were refused on one ${noun}`,
    data: Type.Object(refused, { additionalProperties: false }),
    of: resourceKinds.map(({ path }) => path),
  },
  {
    aggregate: access,
    path: 'accesses',
    action: 'ReadAccesses',
    says: (noun) => `Who read protected material of one ${noun}, which, and for what purpose`,
    data: Type.Object(reading, { additionalProperties: false }),
    of: ['evidence', 'witnesses', 'referrals'],
  },
];

/** One controller for each ledger of each kind of resource. */
export function ledgerControllers(): Class[] {
  return ledgers.flatMap((ledger) =>
    resourceKinds
      .filter(({ path }) => ledger.of.includes(path))
      .map((kind) => ledgerController(kind, ledger)),
  );
}

function ledgerController(kind: ResourceKind, ledger: Ledger): Class {
  const { path, action, data, says, aggregate } = ledger;
  const types = aggregate.events.definitions.map(({ type }) => type);

  @Controller(`v1/${kind.path}`)
  class Ledgers {
    constructor(@Inject(QueryBus) private readonly queryBus: QueryBus) {}

    @Get(`:id/${path}`)
    @Operation({
      id: `${kind.readAction}${path[0]?.toUpperCase()}${path.slice(1)}`,
      tag: kind.path,
      summary: says(kind.noun),
      description: `Kept beside its history, for those who may \`${action}\`.`,
      access: [action],
      query: historyQuery.schema,
      answers: [
        {
          status: 200,
          description:
            'Oldest first; empty where there was nothing. `next` is the cursor of the following page.',
          content: { 'application/json': historyPageOf(types, { data }) },
        },
      ],
      problems: ['not-found', 'unavailable'],
    })
    read(
      @Req() request: FastifyRequest,
      @Param('id') id: string,
      @QueryParameters() query: unknown,
    ): Promise<object> {
      return historyPage(query, (page) =>
        this.queryBus.execute(new ReadLedger(kind, id, callerOf(request), { action, aggregate }, page)),
      );
    }
  }
  Object.defineProperty(Ledgers, 'name', { value: `${kind.path}${path}` });
  return Ledgers;
}

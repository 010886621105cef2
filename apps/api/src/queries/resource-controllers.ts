import {
  Controller,
  Get,
  Inject,
  Param,
  Query as QueryParameters,
  Req,
  Res,
  type Type as Class,
} from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IsObject, type TObject, type TSchema, Type } from 'typebox';
import { id as idSchema, instant } from '#domain';
import type { Loaded, Moment } from '#event-sourcing';
import { position } from '../commands/receipt.js';
import { type HeaderDocument, Operation } from '../http/operation.js';
import { queryString } from '../http/query-string.js';
import { callerOf } from '../http/request-hooks.js';
import { invalid } from '../problems/problem.js';
import { type ResourceKind, resourceKinds } from '../resources.js';
import { historyPage, historyPageOf, historyQuery, revision } from './history-pages.js';
import { ReadDifference, ReadHistory, ReadState } from './resource-queries.js';

const momentText = Type.Union([Type.String({ pattern: '^(0|[1-9][0-9]{0,9})$', examples: ['17'] }), instant]);

const stateQuery = queryString(
  Type.Object({
    /** The state right after this revision. */
    revision: Type.Optional(revision),
    /** The state by what was recorded up to this instant. */
    asOf: Type.Optional(instant),
  }),
);
const differenceQuery = queryString(Type.Object({ from: momentText, to: Type.Optional(momentText) }));

const stateHeaders: Readonly<Record<string, HeaderDocument>> = {
  ETag: { description: 'The revision shown.', schema: Type.String({ examples: ['"17"'] }) },
  'Inquest-Position': { description: 'Position of the newest event shown.', schema: position },
};

/** One controller per kind of resource: its state, now and then, its history and the differences in it. */
export function resourceControllers(): Class[] {
  return resourceKinds.map(resourceController);
}

function resourceController(kind: ResourceKind): Class {
  const shared = { tag: kind.path, problems: ['not-found', 'unavailable'] } as const;

  @Controller(`v1/${kind.path}`)
  class Resources {
    constructor(@Inject(QueryBus) private readonly queryBus: QueryBus) {}

    @Get(':id')
    @Operation({
      ...shared,
      id: kind.readAction,
      summary: `One ${kind.noun}`,
      description: 'As it is now, was right after a `revision`, or was known to be `asOf` an instant.',
      access: [kind.readAction],
      query: stateQuery.schema,
      answers: [
        {
          status: 200,
          description: `The ${kind.noun}.`,
          content: { 'application/json': stateSchema(kind) },
          headers: stateHeaders,
        },
      ],
    })
    async state(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
      @Param('id') id: string,
      @QueryParameters() query: unknown,
    ): Promise<object> {
      const moment = momentIn(stateQuery.parse(query));
      const loaded = await this.queryBus.execute(new ReadState(kind, id, callerOf(request), moment));
      reply.header('etag', `"${loaded.revision}"`).header('inquest-position', String(loaded.position));
      return stateBody(id, loaded);
    }

    @Get(':id/history')
    @Operation({
      ...shared,
      id: `${kind.readAction}History`,
      summary: `History of one ${kind.noun}`,
      description:
        'Every event with who, when and why, and the old and the new value of what it changed. Sensitive commands that ' +
        'were refused changed nothing: they are under `refusals`.',
      access: ['ReadHistory'],
      query: historyQuery.schema,
      answers: [
        {
          status: 200,
          description: 'Oldest first. `next` is the cursor of the following page.',
          content: { 'application/json': historySchema(kind) },
        },
      ],
    })
    async history(
      @Req() request: FastifyRequest,
      @Param('id') id: string,
      @QueryParameters() query: unknown,
    ): Promise<object> {
      return historyPage(query, (page) =>
        this.queryBus.execute(new ReadHistory(kind, id, callerOf(request), page)),
      );
    }

    @Get(':id/diff')
    @Operation({
      ...shared,
      id: `${kind.readAction}Difference`,
      summary: `What changed in one ${kind.noun}`,
      description: 'Between two moments, each a revision or an instant; up to now without `to`.',
      access: ['ReadHistory'],
      query: differenceQuery.schema,
      answers: [
        { status: 200, description: 'The differences.', content: { 'application/json': differenceSchema } },
      ],
    })
    async difference(
      @Req() request: FastifyRequest,
      @Param('id') id: string,
      @QueryParameters() query: unknown,
    ): Promise<object> {
      const given = differenceQuery.parse(query);
      const to = given.to === undefined ? undefined : momentOf(given.to);
      const asked = new ReadDifference(kind, id, callerOf(request), momentOf(given.from), to);
      const { from, to: reached, changes } = await this.queryBus.execute(asked);
      return { id, from: from.revision, to: reached.revision, changes };
    }
  }
  Object.defineProperty(Resources, 'name', { value: `${kind.path}Resources` });
  return Resources;
}

function momentIn({ revision: at, asOf }: { revision?: number; asOf?: string }): Moment | undefined {
  if (at !== undefined && asOf !== undefined)
    throw invalid({ parameter: 'asOf', message: 'cannot be given beside revision' });
  if (at !== undefined) return { revision: at };
  return asOf === undefined ? undefined : { asOf };
}

function momentOf(text: string): Moment {
  return /^\d+$/.test(text) ? { revision: Number(text) } : { asOf: text };
}

/** The state with its own id, revision and position beside its fields. */
function stateBody(id: string, { state, revision: at, position: of }: Loaded<unknown>): object {
  return { id, revision: at, position: String(of), ...(typeof state === 'object' ? state : {}) };
}

function stateSchema({ aggregate: { schema } }: ResourceKind): TSchema {
  if (!IsObject(schema)) throw new Error('a state is an object');
  const members: TObject['properties'] = schema.properties;
  return Type.Object({ id: idSchema, revision, position, ...members }, { additionalProperties: false });
}

const change = Type.Object(
  {
    /** RFC 6901 pointer into the state. */
    pointer: Type.String(),
    from: Type.Optional(Type.Unknown()),
    to: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

const differenceSchema = Type.Object(
  { id: idSchema, from: revision, to: revision, changes: Type.Array(change) },
  { additionalProperties: false },
);

function historySchema({ aggregate: { events } }: ResourceKind): TSchema {
  return historyPageOf(
    events.definitions.map(({ type }) => type),
    { data: Type.Object({}), changes: Type.Array(change) },
  );
}

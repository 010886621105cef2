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
import { Type } from 'typebox';
import { candidatesMax, duplicateCandidates, pageOf, parseParameters, timelineList } from '#read-models';
import { Operation } from '../http/operation.js';
import { queryString } from '../http/query-string.js';
import { callerOf } from '../http/request-hooks.js';
import { Permission } from '../permission.js';
import { Problem } from '../problems/problem.js';
import { kindAt } from '../resources.js';
import { type ListKind, listKinds } from './list-kinds.js';
import { readerOf } from './reader.js';
import { ReadState } from './resource-queries.js';
import { AskViews } from './view-queries.js';
import { listQuery, seenBy, viewHeaders, viewProblems, viewPosition } from './view-requests.js';

/** One controller per kind of resource that has a list. */
export function listControllers(): Class[] {
  return listKinds.map(listController);
}

function listController(kind: ListKind): Class {
  const { definition, path, action, noun } = kind;
  const query = queryString(listQuery(definition));

  @Controller(`v1/${path}`)
  class Lists {
    constructor(
      @Inject(QueryBus) private readonly queryBus: QueryBus,
      @Inject(Permission) private readonly permission: Permission,
    ) {}

    @Get()
    @Operation({
      id: action,
      tag: path,
      summary: kind.summary,
      access: [action],
      query: query.schema,
      headers: viewHeaders,
      answers: [
        {
          status: 200,
          description: `A page of the ${noun}. \`next\` is the cursor of the following page.`,
          content: kind.content,
          headers: viewPosition,
        },
      ],
      problems: viewProblems,
    })
    async list(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
      @QueryParameters() given: unknown,
    ): Promise<unknown> {
      const caller = callerOf(request);
      this.permission.demandOfArchive(caller, action);
      const reader = readerOf(caller, this.permission);
      const parameters = { ...parseParameters(definition, query.parse(given)), reader };
      const seen = seenBy(request);
      const question = kind.question(request.headers.accept);
      const { answer, position } = await this.queryBus.execute(
        new AskViews((views) => question.ask(views, parameters, seen)),
      );
      reply.header('inquest-position', String(position)).type(question.mediaType);
      return answer;
    }
  }
  Object.defineProperty(Lists, 'name', { value: `${path}List` });
  return Lists;
}

const duplicatesQuery = queryString(
  Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: candidatesMax, default: 20 })),
  }),
);
const timelineQuery = queryString(listQuery(timelineList));
const investigations = kindAt('investigations');
const allegations = kindAt('allegations');

/** What a read model says about one resource. */
@Controller('v1')
export class ResourceViewsController {
  constructor(
    @Inject(QueryBus) private readonly queryBus: QueryBus,
    @Inject(Permission) private readonly permission: Permission,
  ) {}

  @Get('investigations/:id/timeline')
  @Operation({
    id: 'ReadTimeline',
    tag: investigations.path,
    summary: 'Timeline of one investigation',
    description:
      'What was recorded about the case and about everything that is or was part of it; what was refused is shown to ' +
      'those who may `ReadRefusals`, witnesses to those who may `ReadWitness`, who read protected material to those ' +
      'who may `ReadAccesses`.',
    access: ['ReadTimeline'],
    query: timelineQuery.schema,
    headers: viewHeaders,
    answers: [
      {
        status: 200,
        description: 'A page of it. `next` is the cursor of the following page.',
        content: { 'application/json': pageOf(timelineList) },
        headers: viewPosition,
      },
    ],
    problems: [...viewProblems, 'not-found'],
  })
  async timeline(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
    @QueryParameters() query: Record<string, unknown>,
  ): Promise<unknown> {
    const caller = callerOf(request);
    const { state } = await this.queryBus.execute(
      new ReadState(investigations, id, caller, undefined, 'ReadTimeline'),
    );
    const reader = {
      ...readerOf(caller, this.permission),
      readsRefusals: this.permission.allows(caller, 'ReadRefusals', investigations, state),
    };
    const parameters = { ...parseParameters(timelineList, timelineQuery.parse(query), { id }), reader };
    const seen = seenBy(request);
    const { answer, position } = await this.queryBus.execute(
      new AskViews((views) => views.timeline(parameters, seen)),
    );
    reply.header('inquest-position', String(position));
    return answer;
  }

  @Get('allegations/:id/duplicates')
  @Operation({
    id: 'ReadDuplicates',
    tag: allegations.path,
    summary: 'Other allegations that may be about the same',
    description:
      'In periods that overlap, at the same place or in similar words; in similar words, where a period is unknown. ' +
      'Likeliest first.',
    access: ['ListAllegations'],
    query: duplicatesQuery.schema,
    headers: viewHeaders,
    answers: [
      {
        status: 200,
        description: 'The candidates.',
        content: { 'application/json': duplicateCandidates },
        headers: viewPosition,
      },
    ],
    problems: [...viewProblems, 'not-found'],
  })
  async duplicates(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
    @QueryParameters() query: unknown,
  ): Promise<unknown> {
    const caller = callerOf(request);
    this.permission.demandOfArchive(caller, 'ListAllegations');
    const { limit = 20 } = duplicatesQuery.parse(query);
    await this.queryBus.execute(new ReadState(allegations, id, caller, undefined));
    const seen = seenBy(request);
    const { answer, position } = await this.queryBus.execute(
      new AskViews((views) => views.duplicates(id, limit, seen)),
    );
    // It is on record, as was just read, and not in the view yet.
    if (answer === undefined) throw new Problem('view-behind', { retryAfterSeconds: 1 });
    reply.header('inquest-position', String(position));
    return answer;
  }
}

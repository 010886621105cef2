import { Controller, Get, Inject, Query as QueryParameters, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  countedPage,
  countedParameters,
  parseCounted,
  parseStatistics,
  statisticsAnswer,
  statisticsParameters,
} from '#read-models';
import { Operation } from '../http/operation.js';
import { queryString } from '../http/query-string.js';
import { callerOf } from '../http/request-hooks.js';
import { Permission } from '../permission.js';
import { AskViews } from './view-queries.js';
import { allOptional, seenBy, viewHeaders, viewPosition, viewProblems } from './view-requests.js';

const statisticsQuery = queryString(allOptional(statisticsParameters));
const countedQuery = queryString(allOptional(countedParameters));

/** Incidents and victims, counted. */
@Controller('v1/statistics')
export class StatisticsController {
  constructor(
    @Inject(QueryBus) private readonly queryBus: QueryBus,
    @Inject(Permission) private readonly permission: Permission,
  ) {}

  @Get()
  @Operation({
    id: 'ReadStatistics',
    tag: 'statistics',
    summary: 'Incidents and victims by any dimensions',
    description:
      'As recorded `asOf` an instant. What sources claim of many incidents together never adds in. Victims are given ' +
      'for each harm and standard of proof by itself: neither adds up. Incidents that were found refuted or ' +
      'unsubstantiated count only where `status` is asked for, by grouping or as a filter. A period that reaches from ' +
      'one month into another counts in the month `several`, one known no sharper than its year in `unknown`. By ' +
      '`place` is by place and country. A merged incident does not count: `merged` says how many there are, and how ' +
      'many of their assessments the incident that stands for them does not have.',
    access: ['ReadStatistics'],
    query: statisticsQuery.schema,
    headers: viewHeaders,
    answers: [
      {
        status: 200,
        description: 'One group for each combination of values.',
        content: { 'application/json': statisticsAnswer },
        headers: viewPosition,
      },
    ],
    problems: viewProblems,
  })
  async statistics(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @QueryParameters() query: Record<string, unknown>,
  ): Promise<unknown> {
    this.permission.demandOfArchive(callerOf(request), 'ReadStatistics');
    const parameters = parseStatistics(statisticsQuery.parse(query));
    const seen = seenBy(request);
    const { answer, position } = await this.queryBus.execute(
      new AskViews((views) => views.statistics(parameters, seen)),
    );
    reply.header('inquest-position', String(position));
    return answer;
  }

  @Get('counted')
  @Operation({
    id: 'ReadCounted',
    tag: 'statistics',
    summary: 'The incidents and assessments behind a figure',
    description:
      'With the values of a group as filters: exactly what that group counted, with the events that say so, and for ' +
      'each assessment its sources and the day on which they knew this much.',
    access: ['ReadStatistics'],
    query: countedQuery.schema,
    headers: viewHeaders,
    answers: [
      {
        status: 200,
        description: 'A page of them. `next` is the cursor of the following page.',
        content: { 'application/json': countedPage },
        headers: viewPosition,
      },
    ],
    problems: viewProblems,
  })
  async counted(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @QueryParameters() query: Record<string, unknown>,
  ): Promise<unknown> {
    this.permission.demandOfArchive(callerOf(request), 'ReadStatistics');
    const { parameters, page } = parseCounted(countedQuery.parse(query));
    const seen = seenBy(request);
    const { answer, position } = await this.queryBus.execute(
      new AskViews((views) => views.counted(parameters, page, seen)),
    );
    reply.header('inquest-position', String(position));
    return answer;
  }
}

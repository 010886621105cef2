import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { isLoopback } from '#access';
import { Health, type Metrics } from '#telemetry';
import { Operation } from '../http/operation.js';
import { notFound } from '../problems/problem.js';
import { metricsToken } from '../tokens.js';
import { HealthReports } from './health-reports.js';

const readiness = Type.Object(
  {
    ready: Type.Boolean(),
    /** By check: `ok`, or what is wrong. */
    checks: Type.Record(Type.String(), Type.String()),
  },
  { additionalProperties: false },
);

/** For whoever runs the process: is it alive, is it ready, and how is it doing. */
@Controller()
export class OperationsController {
  readonly #reports: HealthReports;

  constructor(
    @Inject(Health) health: Health,
    @Inject(metricsToken) private readonly metrics: Metrics,
  ) {
    this.#reports = new HealthReports(health);
  }

  @Get('livez')
  @Operation({
    id: 'Live',
    tag: 'operations',
    summary: 'Whether the process answers',
    description: 'Touches nothing that the process depends on.',
    access: 'anonymous',
    answers: [{ status: 200, description: 'It does.', content: { 'text/plain': undefined } }],
  })
  live(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.type('text/plain; charset=utf-8');
    return 'ok\n';
  }

  @Get('readyz')
  @Operation({
    id: 'Ready',
    tag: 'operations',
    summary: 'Whether the process can take work',
    description:
      'Names what is wrong: the store, projections that stand still or have parked events, a stop under way. Looked at ' +
      'once a second at most.',
    access: 'anonymous',
    answers: [
      { status: 200, description: 'Ready.', content: { 'application/json': readiness } },
      { status: 503, description: 'Not ready.', content: { 'application/json': readiness } },
    ],
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const report = await this.#reports.latest();
    reply.status(report.ready ? 200 : 503);
    return report;
  }

  @Get('metrics')
  @Operation({
    id: 'Metrics',
    tag: 'operations',
    summary: 'Measures in the text format of Prometheus',
    description: 'Answers to the machine itself only; for everybody else there is nothing here.',
    access: 'anonymous',
    answers: [{ status: 200, description: 'The measures.', content: { 'text/plain': undefined } }],
    problems: ['not-found'],
  })
  async measures(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    // The address of the connection itself; what a proxy says of others does not count.
    if (!isLoopback(request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '')) throw notFound();
    reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}

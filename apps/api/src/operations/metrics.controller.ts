import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '#access';
import type { Metrics } from '#telemetry';
import { Operation } from '../http/operation.js';
import { notFound } from '../problems/problem.js';
import { metricsToken } from '../tokens.js';

/** How the process is doing; left out where `/metrics` has a port of its own. */
@Controller()
export class MetricsController {
  constructor(@Inject(metricsToken) private readonly metrics: Metrics) {}

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
    if (!isOfThisMachine(request)) throw notFound();
    reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}

/** By the address of the connection itself. What a proxy on this machine passes on comes from somewhere else. */
function isOfThisMachine({ socket, headers }: FastifyRequest): boolean {
  const isPassedOn = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined;
  return !isPassedOn && isLoopback(socket.remoteAddress?.replace(/^::ffff:/, '') ?? '');
}

import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Health, HealthReports } from '#telemetry';
import { Operation } from '../http/operation.js';

const readiness = Type.Object(
  {
    ready: Type.Boolean(),
    /** By check: `ok`, or what is wrong. */
    checks: Type.Record(Type.String(), Type.String()),
  },
  { additionalProperties: false },
);

/** For whoever runs the process: is it alive, and is it ready. */
@Controller()
export class OperationsController {
  readonly #reports: HealthReports;

  constructor(@Inject(Health) health: Health) {
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
}

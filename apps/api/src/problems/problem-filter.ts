import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#telemetry';
import { traceIn } from '../http/request-trace.js';
import type { Routes } from '../http/routes.js';
import { Problem, problemOf } from './problem.js';
import { type ProblemType, problemTypes } from './problem-types.js';

/** A bug, and a log that was tampered with: neither goes away by itself, as an outage may. */
const needsSomebody: ReadonlySet<ProblemType> = new Set(['internal', 'cannot-unseal']);

/** Makes an answer of whatever was thrown, wherever: in a hook, in the router, in a handler. */
@Catch()
export class ProblemFilter implements ExceptionFilter<unknown> {
  constructor(
    private readonly logger: Logger,
    private readonly routes: Routes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = (request.is404 ? this.#otherMethod(request) : undefined) ?? problemOf(error);
    answerProblem(request, http.getResponse<FastifyReply>(), problem, this.logger);
  }

  /** An address that is there for other methods. */
  #otherMethod(request: FastifyRequest): Problem | undefined {
    const [path = ''] = request.url.split('?');
    const methods = this.routes.methodsOf(path);
    if (methods.length === 0 || methods.includes(request.method)) return undefined;
    return new Problem('method-not-allowed', { headers: { allow: methods.join(', ') } });
  }
}

export function answerProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  logger: Logger,
): void {
  const { traceId } = traceIn(request);
  if (problem.status >= 500)
    logger[needsSomebody.has(problem.type) ? 'error' : 'warn'](
      { err: problem.cause, problem: problem.type, traceId },
      problem.message,
    );
  // An answer that has begun cannot become another one; its end without the rest tells the caller.
  if (reply.sent || reply.raw.headersSent) return;
  const { headers = {}, retryAfterSeconds } = problem.details;
  const isCommand = request.routeOptions.config.operation?.isCommand ?? false;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  void reply
    .status(problem.status)
    .headers(headers)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(isCommand ? problem.ofCommand() : problem, traceId)));
}

/** The members of RFC 9457 and ours, none of them empty. */
export function problemBody({ type, status, details }: Problem, traceId?: string): object {
  const { detail, errors, revision, tookEffect, idempotencyKey, code = type } = details;
  return {
    type: `/problems/${type}`,
    title: problemTypes[type].title,
    status,
    detail: detail ?? problemTypes[type].meaning,
    code,
    traceId,
    errors,
    revision,
    tookEffect,
    idempotencyKey,
  };
}

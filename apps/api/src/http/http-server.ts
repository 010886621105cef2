import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { traceOf } from '#telemetry';
import type { ApiBounds, ApiOptions } from '../api-options.js';
import { Problem, problemOf } from '../problems/problem.js';
import { answerProblem, problemBody } from '../problems/problem-filter.js';
import type { Admission } from './admission.js';
import { addBodyDeadline, continueWhenWanted } from './body-arrival.js';
import { bodyBytesMax, onlyStrictJson } from './body-parser.js';
import { rateLimits } from './rate-limits.js';
import { addRequestHooks } from './request-hooks.js';
import { securityHeaders } from './security-headers.js';
import type { Routes } from './routes.js';

/** Fastify for Nest, with our answers to what the router and Node refuse by themselves. */
export function httpAdapter({ logger }: ApiOptions, { requestTimeoutMs }: ApiBounds): FastifyAdapter {
  return new FastifyAdapter({
    // No Nest middleware is used; what every request needs is in the hooks.
    skipMiddie: true,
    bodyLimit: bodyBytesMax,
    // Node's own would end an upload; see `addBodyDeadline`.
    requestTimeout: 0,
    http: {
      headersTimeout: requestTimeoutMs,
      // Node looks every 30 s unless told, so that a slow request would have up to twice its time.
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
    },
    // While the process stops, requests on open connections are still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      // No hook runs for what the router refuses.
      answerProblem(request, reply.headers(securityHeaders), problemOf(error), logger),
    clientErrorHandler: answerBrokenHttp,
  });
}

/** Everything that has to be in place before routes are registered. */
export async function prepare(
  fastify: FastifyInstance,
  options: ApiOptions,
  bounds: ApiBounds,
  {
    routes,
    ...admissions
  }: { routes: Routes; commands: Admission; queries: Admission; transfers: Admission },
): Promise<void> {
  routes.collectFrom(fastify);
  onlyStrictJson(fastify);
  addBodyDeadline(fastify, bounds.requestTimeoutMs, answerBrokenHttp);
  continueWhenWanted(fastify);
  const limits = await rateLimits(fastify, bounds.requestsPerMinuteMax);
  addRequestHooks(fastify, { ...options, ...admissions, limits });
}

/** Pages of the listed origins may call with a token; nobody's cookies count, because there are none. */
export function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.enableCors({
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'Inquest-Position',
      'Last-Event-ID',
      'Range',
      'traceparent',
    ],
    exposedHeaders: [
      'Accept-Ranges',
      'Content-Disposition',
      'Content-Range',
      'ETag',
      'Location',
      'Idempotency-Replayed',
      'Inquest-Position',
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
      'Retry-After',
      'WWW-Authenticate',
      'traceparent',
    ],
    maxAge: 600,
  });
}

/** What is not HTTP reaches no route; the connection ends with the answer. */
function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = ofBrokenHttp(error.code);
  const body = JSON.stringify(problemBody(problem, traceOf(undefined).traceId));
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n` +
      `Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function ofBrokenHttp(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request-timeout');
  const isTooLong = code === 'HPE_HEADER_OVERFLOW';
  const detail = isTooLong
    ? 'The header section is too large.'
    : 'This is not a well-formed HTTP/1.1 request.';
  return new Problem('invalid-request', { detail });
}

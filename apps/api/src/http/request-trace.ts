import type { FastifyRequest } from 'fastify';
import { type Trace, traceOf } from '#telemetry';

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace | null;
  }
}

/** The trace of a request: begun when it is first asked for, which may be before any hook ran. */
export function traceIn(request: FastifyRequest): Trace {
  if (request.trace) return request.trace;
  const given = request.headers.traceparent;
  const trace = traceOf(typeof given === 'string' ? given : undefined);
  request.trace = trace;
  return trace;
}

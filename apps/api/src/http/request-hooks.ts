import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { bearerToken, type Caller, type Policy, type VerifyToken } from '#access';
import { type Health, type Metrics, traceparentOf } from '#telemetry';
import { invalid, Problem } from '../problems/problem.js';
import { accepts } from './accept.js';
import type { Admission, Place } from './admission.js';
import type { Operation } from './operation.js';
import type { RateLimits } from './rate-limits.js';
import { traceIn } from './request-trace.js';
import { isDocumentation } from './routes.js';
import { documentationPolicy, securityHeaders } from './security-headers.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent on routes that are open to anybody. */
    caller: Caller | null;
    /** Of a command or a query, once it is admitted. */
    place: Place | null;
  }
}

/** The status in the measures of a request whose client left before the answer, as nginx writes it. */
const clientLeftStatus = 499;

export interface RequestHooks {
  readonly verifyToken: VerifyToken;
  readonly policy: Policy;
  readonly commands: Admission;
  readonly queries: Admission;
  readonly transfers: Admission;
  readonly limits: RateLimits;
  readonly metrics: Metrics;
  readonly health: Health;
}

/**
 * What happens to every request before its body is read: it gets a trace, says who asks, counts against what its caller
 * may ask in a minute whatever comes of it, is turned away if none of the caller's roles may ever do it, and is admitted
 * or not.
 */
export function addRequestHooks(fastify: FastifyInstance, hooks: RequestHooks): void {
  const { commands, queries, transfers, limits, health } = hooks;
  const admissionOf = ({ isTransfer, isCommand }: Operation) =>
    isTransfer ? transfers : isCommand ? commands : queries;
  fastify.decorateRequest('trace', null);
  fastify.decorateRequest('caller', null);
  fastify.decorateRequest('place', null);
  fastify.addHook('onRoute', (route) => {
    if ((route.config?.operation?.access ?? 'anonymous') !== 'anonymous')
      route.handler = inItsPlace(route.handler);
  });

  fastify.addHook('onRequest', async (request, reply) => {
    followToItsEnd(request, reply, hooks.metrics);
    reply.headers(securityHeaders).header('traceparent', traceparentOf(traceIn(request)));
    if (isDocumentation(request.url)) reply.header('content-security-policy', documentationPolicy);
    // Connections end one by one while the process stops, and no request on them fails.
    if (health.draining) reply.header('connection', 'close');
    const operation = request.is404 ? undefined : request.routeOptions.config.operation;
    const { access = 'anonymous' } = operation ?? {};
    if (access !== 'anonymous') await signIn(request, reply, hooks);
    else if (operation?.tag !== 'operations') await limits.addresses.count(request, reply);
    if (operation === undefined) return;
    if (!accepts(request.headers.accept, producedBy(operation))) throw new Problem('not-acceptable');
    if (access === 'anonymous') return;
    const caller = callerOf(request);
    if (!access.some((action) => mayEver(hooks.policy, caller, action))) throw new Problem('forbidden');
    request.place = admissionOf(operation).admit(caller);
    // Nobody tells once more of a client that left during the sign-in.
    if (hasLeft(request, reply)) request.place.leave();
  });

  // An answer that waits behind another one on its connection never closes when the connection does.
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    request.place?.leave();
    done();
  });
}

/** Measures the request when it ends, and frees the place of one that never came to its work. */
function followToItsEnd(request: FastifyRequest, reply: FastifyReply, metrics: Metrics): void {
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    request.place?.leave();
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    const status = reply.raw.headersSent ? reply.statusCode : clientLeftStatus;
    metrics.request(route, request.method, status, reply.elapsedTime / 1000);
  };
  // Fastify's `onResponse` does not come when the connection ends before the answer; this does, whatever happens.
  reply.raw.once('close', end);
  // But for an answer that waits behind another one on its connection: of that only the request tells.
  request.raw.once('close', () => {
    if (hasLeft(request, reply)) end();
  });
}

/** Whether the client is gone before it was answered. */
export function hasLeft({ raw }: FastifyRequest, reply: FastifyReply): boolean {
  return reply.raw.destroyed || (raw.destroyed && !raw.complete);
}

/** The handler keeps the request's place until it is done, and does nothing for a request that has lost it. */
function inItsPlace(handler: RouteHandlerMethod): RouteHandlerMethod {
  return function atWork(request, reply) {
    const { place } = request;
    if (place === null) throw new Error('a request was not admitted');
    if (place.isLeft) return reply.hijack();
    return place.during(async () => handler.call(this, request, reply));
  };
}

async function signIn(request: FastifyRequest, reply: FastifyReply, hooks: RequestHooks): Promise<void> {
  request.caller = await signedIn(request, reply, hooks);
  await hooks.limits.callers.count(request, reply);
}

/**
 * Verifying a token is the costliest thing that a stranger can have done, so an address whose sign-ins failed too often
 * has to wait. Whoever is signed in already goes on: behind a proxy all have one address.
 */
async function signedIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { verifyToken, limits }: RequestHooks,
): Promise<Caller> {
  try {
    const token = bearerToken(request.headers.authorization);
    const known = verifyToken.remembered(token);
    if (known !== undefined) return known;
    await limits.addresses.demand(request, reply);
    return await verifyToken(token);
  } catch (error) {
    if (!(error instanceof Problem)) await limits.addresses.count(request, reply);
    throw error;
  }
}

/** The verifier gives the same object for the same token, so this is found once per token. */
const known = new WeakMap<Caller, Map<string, boolean>>();

export function mayEver(policy: Policy, caller: Caller, action: string): boolean {
  const actions = known.get(caller) ?? new Map<string, boolean>();
  known.set(caller, actions);
  const before = actions.get(action);
  if (before !== undefined) return before;
  const may = policy.mayEver(caller, action);
  actions.set(action, may);
  return may;
}

const produced = new WeakMap<Operation, readonly string[]>();

function producedBy(operation: Operation): readonly string[] {
  const before = produced.get(operation);
  if (before !== undefined) return before;
  const types = operation.answers.flatMap(({ content }) => Object.keys(content));
  produced.set(operation, types);
  return types;
}

/** Who asks, on a route that is not open to anybody. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('an anonymous route asks for its caller');
  return request.caller;
}

/** A header's value. Node joins most repeated headers with commas, which no value we read may hold. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  if (Array.isArray(value)) throw invalid({ parameter: name, message: 'is given more than once' });
  return value;
}

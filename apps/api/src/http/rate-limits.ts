import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import { principalOf } from './principal.js';

const windowMs = 60_000;

export interface RateLimit {
  /** Counts the request, and tells its caller what is left. Throws `rate-limited`. */
  count(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Throws `rate-limited` when nothing is left; counts nothing. */
  demand(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/** Who is signed in has one allowance, from wherever; everybody else has one for each address. */
export interface RateLimits {
  readonly callers: RateLimit;
  readonly addresses: RateLimit;
}

export async function rateLimits(fastify: FastifyInstance, perMinuteMax: number): Promise<RateLimits> {
  await fastify.register(rateLimit, { global: false });
  const by = (keyGenerator: (request: FastifyRequest) => string): RateLimit => {
    const look = fastify.createRateLimit({ max: perMinuteMax, timeWindow: windowMs, keyGenerator });
    const told = async (request: FastifyRequest, reply: FastifyReply, increment: boolean): Promise<void> => {
      const found = await look(request, { increment });
      if (found.isAllowed) return;
      reply.headers({
        'ratelimit-limit': found.max,
        'ratelimit-remaining': found.remaining,
        'ratelimit-reset': found.ttlInSeconds,
      });
      if (found.isExceeded)
        throw new Problem('rate-limited', { retryAfterSeconds: Math.max(1, found.ttlInSeconds) });
    };
    return {
      count: (request, reply) => told(request, reply, true),
      demand: (request, reply) => told(request, reply, false),
    };
  };
  return {
    callers: by(({ caller }) => {
      if (caller === null) throw new Error('nobody is signed in whose requests could be counted');
      return principalOf(caller);
    }),
    addresses: by(({ ip }) => ip),
  };
}

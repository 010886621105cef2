import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasLeft } from '../http/request-hooks.js';
import { invalid, Problem } from '../problems/problem.js';

/** How long a refused upload may go on sending, so that its sender reads the answer instead of a broken connection. */
const lingerMs = 2_000;

/** How many bytes will come. Throws `invalid-request`: without knowing it, what is cut off would look complete. */
export function lengthOf({ headers }: FastifyRequest): number {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length))
    throw invalid({ parameter: 'Content-Length', message: 'is required, in bytes' });
  return length;
}

/**
 * The body as it comes. `signal` aborts when the sender goes away, or sends nothing for `idleMs`; its reason is then the
 * answer.
 */
export function bodyOf(
  request: FastifyRequest,
  reply: FastifyReply,
  idleMs: number,
): { readonly bytes: AsyncIterable<Uint8Array>; readonly signal: AbortSignal } {
  const controller = new AbortController();
  const gone = () => {
    if (hasLeft(request, reply))
      controller.abort(new Problem('request-timeout', { detail: 'The sender left.' }));
  };
  request.raw.once('close', gone);
  return { bytes: read(request, reply, controller, idleMs), signal: controller.signal };
}

async function* read(
  request: FastifyRequest,
  reply: FastifyReply,
  controller: AbortController,
  idleMs: number,
): AsyncGenerator<Uint8Array> {
  const idle = setTimeout(() => controller.abort(new Problem('request-timeout')), idleMs);
  try {
    // Who asked first whether to send at all (RFC 9110, section 10.1.1) is told to, now that it may be taken.
    if (request.headers.expect !== undefined) reply.raw.writeContinue();
    for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
      idle.refresh();
      yield chunk;
      // The time that the store takes is not the sender's.
      idle.refresh();
    }
  } finally {
    clearTimeout(idle);
  }
}

/** What is still sent after the answer is thrown away, for a while. */
export function endAfterAnswer({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once('finish', () => {
    if (raw.complete) return;
    raw.resume();
    const cut = setTimeout(() => raw.complete || raw.destroy(), lingerMs);
    raw.once('close', () => clearTimeout(cut));
  });
}

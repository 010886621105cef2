import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Ends a request whose body does not arrive in time, as Node would by `requestTimeout`: that knows no exception, and
 * content may take hours. Whoever takes content looks itself whether any still comes.
 */
export function addBodyDeadline(
  fastify: FastifyInstance,
  timeoutMs: number,
  answer: (error: Error & { code: string }, socket: Socket) => void,
): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers, socket } = request.raw;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    if (hasBody && request.routeOptions.config?.operation?.upload !== true) {
      const tooLate = () => answer(requestTimeout(), socket);
      const deadline = setTimeout(tooLate, timeoutMs).unref();
      request.raw.once('end', () => clearTimeout(deadline)).once('close', () => clearTimeout(deadline));
    }
    done();
  });
}

/**
 * Whoever asks first whether to send (RFC 9110, section 10.1.1) is told to once the request has passed all that is known
 * before its body; a route that takes content by itself tells when it does.
 */
export function continueWhenWanted(fastify: FastifyInstance): void {
  fastify.server.on('checkContinue', (request, response) =>
    fastify.server.emit('request', request, response),
  );
  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    const isUpload = request.routeOptions.config?.operation?.upload === true;
    if (request.headers.expect !== undefined && !isUpload) reply.raw.writeContinue();
    done();
  });
}

/** The error by which Node names it. */
export function requestTimeout(): Error & { code: string } {
  return Object.assign(new Error('the request did not arrive in time'), {
    code: 'ERR_HTTP_REQUEST_TIMEOUT',
  });
}

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasLeft } from './request-hooks.js';

/**
 * Sends bytes as they come, as fast as the caller takes them. They must already have begun to come when this is called:
 * what fails before the first is a problem, what fails later cuts the connection, so that nobody takes a part for the
 * whole. Resolves when all are sent, or when the caller has gone; rejects with what the source threw.
 */
export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  reply.hijack();
  if (hasLeft(request, reply)) return;
  reply.raw.writeHead(reply.statusCode, headersOf(reply));
  const failure: { error?: unknown } = {};
  try {
    await pipeline(Readable.from(noticed(bytes, failure), { objectMode: false }), reply.raw);
  } catch (error) {
    if ('error' in failure) throw failure.error;
    // What is left is the caller's end of the connection.
    if (!hasLeft(request, reply)) throw error;
  }
}

/** The same bytes; keeps what their source threw apart from what the connection did. */
async function* noticed(
  bytes: AsyncIterable<Uint8Array>,
  failure: { error?: unknown },
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    failure.error = error;
    throw error;
  }
}

/** The same bytes, of which the first have come already: what fails before that is thrown here. */
export async function begun(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* all() {
    try {
      if (first.done) return;
      yield first.value;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

/** What the hooks have set so far; a hijacked reply would lose it. */
export function headersOf(reply: FastifyReply): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

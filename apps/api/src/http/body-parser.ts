import type { FastifyInstance } from 'fastify';
import { invalid, Problem } from '../problems/problem.js';
import { InvalidJson, strictJson } from './strict-json.js';

/** A body of 1 MiB is too large already. */
export const bodyBytesMax = 1024 * 1024 - 1;

/** Takes JSON in UTF-8 and nothing else; Fastify's own parsers would take text, and repair broken UTF-8. */
export function onlyStrictJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { 'content-type': type = '', 'content-encoding': coding } = request.headers;
    if (!isUtf8Json(type) || coding !== undefined) return done(new Problem('unsupported-media-type'));
    try {
      done(null, strictJson(body));
    } catch (error) {
      done(error instanceof InvalidJson ? invalid(error.faults, error.more) : asError(error));
    }
  });
}

/** Without parameters, or with the one charset that JSON has (RFC 8259, section 8.1). */
function isUtf8Json(contentType: string): boolean {
  return /^application\/json\s*(;\s*charset\s*=\s*("utf-8"|utf-8)\s*)?$/i.test(contentType);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the body could not be parsed', { cause: error });
}

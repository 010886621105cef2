import type { FastifyInstance } from 'fastify';
import { invalid, Problem } from '../problems/problem.js';
import { InvalidJson, strictJson } from './strict-json.js';

/** A body of 1 MiB is too large already. */
export const bodyBytesMax = 1024 * 1024 - 1;

/** Of content, which is taken as bytes whatever it is said to be. */
export const octetStream = 'application/octet-stream';

/**
 * Takes JSON in UTF-8, bytes where a route asks for them, and nothing else; Fastify's own parsers would take text, and
 * repair broken UTF-8.
 */
export function onlyStrictJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(octetStream, (request, _payload, done) => {
    const isUpload = request.routeOptions.config.operation?.upload === true;
    const isPlain = request.headers['content-encoding'] === undefined;
    // The route reads the bytes from the request itself.
    done(isUpload && isPlain ? null : new Problem('unsupported-media-type'));
  });
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const { 'content-type': type = '', 'content-encoding': coding } = request.headers;
    const isUpload = request.routeOptions.config.operation?.upload === true;
    if (isUpload || !isUtf8Json(type) || coding !== undefined)
      return done(new Problem('unsupported-media-type'));
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

import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { headerOf } from '../http/request-hooks.js';
import { invalid } from '../problems/problem.js';
import type { ProblemType } from '../problems/problem-types.js';

const keyPattern = /^[\x21-\x7e]{1,255}$/;
/** Up to nine digits: no stream comes near it, and no store keeps more than 32 bits. */
const revisionTagPattern = '^"(0|[1-9][0-9]{0,8})"$';
const revisionTag = new RegExp(revisionTagPattern);

/** Of every command: how it can be repeated, and on what the caller decided. */
export const commandHeaders = {
  'Idempotency-Key': {
    description:
      'Names this command among yours on this route: a repeat with the same body gets the first answer. Without it ' +
      'every request is a new command.',
    schema: Type.String({ pattern: '^[\\x21-\\x7E]{1,255}$' }),
  },
  'If-Match': {
    description: 'The `ETag` you saw. The command is carried out only if it is still the newest.',
    schema: Type.String({ pattern: revisionTagPattern, examples: ['"17"'] }),
  },
};

/** Of every command, beside those of every route. */
export const commandProblems = [
  'refused',
  'busy',
  'revision-moved',
  'idempotency-key-reused',
  'overloaded',
  'unavailable',
] as const satisfies readonly ProblemType[];

/** The caller's key, or a new one. Throws `invalid-request`. */
export function idempotencyKeyOf(request: FastifyRequest): string {
  const key = headerOf(request, 'idempotency-key');
  if (key === undefined) return randomUUID();
  if (!keyPattern.test(key))
    throw invalid({ parameter: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' });
  return key;
}

/** The revision the caller saw: one strong entity tag, as this API gives them. Throws `invalid-request`. */
export function expectedRevisionOf(request: FastifyRequest): number | undefined {
  const tag = headerOf(request, 'if-match');
  if (tag === undefined) return undefined;
  const revision = revisionTag.exec(tag)?.[1];
  if (revision === undefined)
    throw invalid({ parameter: 'If-Match', message: 'must be one entity tag with a revision, like "17"' });
  return Number(revision);
}

import type { FastifyRequest } from 'fastify';
import { type TObject, type TSchema, Type } from 'typebox';
import { type ListDefinition, parametersOf, type Seen } from '#read-models';
import { position, positionPattern } from '../commands/receipt.js';
import type { HeaderDocument } from '../http/operation.js';
import { headerOf } from '../http/request-hooks.js';
import { invalid } from '../problems/problem.js';
import type { ProblemType } from '../problems/problem-types.js';

const positionFormat = new RegExp(positionPattern);

/** Of every question to a read model: how to read one's own writes. */
export const viewHeaders: Readonly<Record<string, HeaderDocument>> = {
  'Inquest-Position': {
    description:
      'Answer from a view at or past this position, of a receipt for instance; 503 `view-behind` after 2 s.',
    schema: position,
  },
};

export const viewPosition: Readonly<Record<string, HeaderDocument>> = {
  'Inquest-Position': { description: 'The view is at or past this position.', schema: position },
};

export const viewProblems: readonly ProblemType[] = ['view-behind', 'unavailable'];

/** What the caller has seen already. Throws `invalid-request`. */
export function seenBy(request: FastifyRequest): Seen {
  const seen = positionIn(request, 'Inquest-Position');
  return seen === undefined ? {} : { position: seen };
}

/** A position in a header. Throws `invalid-request`. */
export function positionIn(request: FastifyRequest, header: string): bigint | undefined {
  const given = headerOf(request, header.toLowerCase());
  if (given === undefined) return undefined;
  if (!positionFormat.test(given))
    throw invalid({ parameter: header, message: 'must be a position: a whole number' });
  return BigInt(given);
}

export function listQuery(definition: ListDefinition): TObject {
  return allOptional(parametersOf(definition));
}

export function allOptional(parameters: Readonly<Record<string, TSchema>>): TObject {
  return Type.Object(
    Object.fromEntries(Object.entries(parameters).map(([name, schema]) => [name, Type.Optional(schema)])),
  );
}

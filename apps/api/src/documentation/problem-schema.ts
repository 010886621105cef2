import { type TSchema, Type } from 'typebox';
import { Problem } from '../problems/problem.js';
import { problemBody } from '../problems/problem-filter.js';
import { refusalCodes } from '../problems/refusal-codes.js';
import { problemTypeNames, problemTypes } from '../problems/problem-types.js';

/** RFC 9457 with our members; `type` is one of a closed list. */
export function problemSchema(): TSchema {
  return Type.Object(
    {
      type: Type.Enum(problemTypeNames.map((name) => `/problems/${name}`)),
      title: Type.String(),
      status: Type.Integer({ minimum: 400, maximum: 599 }),
      detail: Type.String(),
      code: Type.String({ description: 'The rule that refused; the name of the problem type otherwise.' }),
      traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
      errors: Type.Optional(Type.Array(requestFault)),
      revision: Type.Optional(Type.Integer({ description: 'The newest revision.' })),
      tookEffect: Type.Optional(
        Type.Enum(['no', 'unknown'], { description: 'Whether the command was recorded.' }),
      ),
      idempotencyKey: Type.Optional(
        Type.String({ description: 'Repeat the command with this key to find out whether it was recorded.' }),
      ),
    },
    { additionalProperties: false },
  );
}

/** One of each kind, by its type. */
export function problemExamples(): Record<string, object> {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const [code] = refusalCodes;
  return Object.fromEntries(
    problemTypeNames.map((type) => {
      const problem = new Problem(type, type === 'refused' && code !== undefined ? { code } : {});
      return [type, { summary: problemTypes[type].title, value: problemBody(problem, traceId) }];
    }),
  );
}

const requestFault = Type.Union([
  Type.Object(
    { pointer: Type.String({ description: 'RFC 6901 pointer into the body.' }), message: Type.String() },
    { additionalProperties: false },
  ),
  Type.Object(
    { parameter: Type.String({ description: 'A parameter or header.' }), message: Type.String() },
    { additionalProperties: false },
  ),
]);

import { type TSchema, Type } from 'typebox';
import { problemTypeNames } from '../problems/problem-types.js';

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

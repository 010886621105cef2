import * as fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { arbitraryOf } from '../../../test/support/arbitrary-of-schema.js';
import { openSchema } from './json-schema.js';
import { breakingSchemaChanges } from './schema-changes.js';

const changes = (before: TSchema, after: TSchema) =>
  breakingSchemaChanges(openSchema(before), openSchema(after), '');
const member = (schema: TSchema) => Type.Object({ figure: schema });

describe('breaks whoever relies on it:', () => {
  test.each<[string, TSchema, TSchema]>([
    ['figure is no longer there', member(Type.Integer()), Type.Object({})],
    ['figure is no longer there', member(Type.Integer()), Type.Object({ number: Type.Integer() })],
    [
      'figure is no longer always there',
      member(Type.Integer()),
      Type.Object({ figure: Type.Optional(Type.Integer()) }),
    ],
    ['figure may now be null', member(Type.Integer()), member(Type.Union([Type.Integer(), Type.Null()]))],
    [
      'figure may now be list',
      member(Type.String()),
      member(Type.Union([Type.String(), Type.Array(Type.String())])),
    ],
    ['figure was text, is number', member(Type.String()), member(Type.Number())],
    ['figure was whole number, is number', member(Type.Integer()), member(Type.Number())],
    ['figure was text, is list', member(Type.String()), member(Type.Array(Type.String()))],
    ['figure was text, is one of killed', member(Type.String()), member(Type.Enum(['killed']))],
    ['figure was one of killed, is text', member(Type.Enum(['killed'])), member(Type.String())],
    [
      'figure has the new value injured',
      member(Type.Enum(['killed'])),
      member(Type.Enum(['killed', 'injured'])),
    ],
    [
      'figure has the new value b',
      member(Type.Literal('a')),
      member(Type.Union([Type.Literal('a'), Type.Literal('b')])),
    ],
    [
      'figure: maximum was 5, is 6',
      member(Type.Integer({ maximum: 5 })),
      member(Type.Integer({ maximum: 6 })),
    ],
    [
      'figure: minimum was 5, is 4',
      member(Type.Integer({ minimum: 5 })),
      member(Type.Integer({ minimum: 4 })),
    ],
    [
      'figure: maxLength was 5, is not bound any more',
      member(Type.String({ maxLength: 5 })),
      member(Type.String()),
    ],
    [
      'figure: pattern was ^a$, is ^b$',
      member(Type.String({ pattern: '^a$' })),
      member(Type.String({ pattern: '^b$' })),
    ],
    [
      'figure: format was date, is date-time',
      member(Type.String({ format: 'date' })),
      member(Type.String({ format: 'date-time' })),
    ],
    [
      'figure: uniqueItems was true, is not bound any more',
      member(Type.Array(Type.Null(), { uniqueItems: true })),
      member(Type.Array(Type.Null())),
    ],
    ['figure[] was text, is number', member(Type.Array(Type.String())), member(Type.Array(Type.Number()))],
    [
      'figure[].min is no longer there',
      member(Type.Array(Type.Object({ min: Type.Integer() }))),
      member(Type.Array(Type.Object({}))),
    ],
    [
      'figure.min was whole number, is text',
      member(Type.Object({ min: Type.Integer() })),
      member(Type.Object({ min: Type.String() })),
    ],
    ['was object, is list', Type.Object({}), Type.Array(Type.Null())],
    ['figure may now be text', member(Type.Null()), member(Type.Union([Type.Null(), Type.String()]))],
    ['figure: x was 1, is 2', member(Type.String({ x: 1 })), member(Type.String({ x: 2 }))],
  ])('%s', (told, before, after) => expect(changes(before, after)).toEqual([told]));
});

describe('breaks nobody:', () => {
  test.each<[string, TSchema, TSchema]>([
    ['a new member', Type.Object({}), member(Type.Integer())],
    [
      'a new member that may be absent',
      Type.Object({}),
      Type.Object({ figure: Type.Optional(Type.Integer()) }),
    ],
    [
      'a member that is always there now',
      Type.Object({ figure: Type.Optional(Type.Null()) }),
      member(Type.Null()),
    ],
    ['a value of a closed list that is gone', member(Type.Enum(['a', 'b'])), member(Type.Enum(['a']))],
    [
      'a value that cannot be null any more',
      member(Type.Union([Type.Integer(), Type.Null()])),
      member(Type.Integer()),
    ],
    ['a whole number where any number was', member(Type.Number()), member(Type.Integer())],
    ['a bound that is narrower', member(Type.Integer({ maximum: 6 })), member(Type.Integer({ maximum: 5 }))],
    ['a bound that is new', member(Type.String()), member(Type.String({ maxLength: 5 }))],
    [
      'another description',
      member(Type.String({ description: 'a' })),
      member(Type.String({ description: 'b' })),
    ],
    [
      'another order of alternatives',
      member(Type.Union([Type.Null(), Type.String()])),
      member(Type.Union([Type.String(), Type.Null()])),
    ],
    [
      'one text of two',
      member(Type.Union([Type.String({ format: 'date' }), Type.String({ format: 'date-time' })])),
      member(Type.String({ format: 'date-time' })),
    ],
  ])('%s', (_, before, after) => expect(changes(before, after)).toEqual([]));
});

const { schema: anySchema } = fc.letrec<{ schema: TSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<TSchema>(
      Type.String(),
      Type.String({ format: 'date' }),
      Type.String({ maxLength: 8 }),
      Type.Integer(),
      Type.Integer({ maximum: 2 }),
      Type.Number(),
      Type.Boolean(),
      Type.Null(),
      Type.Enum(['a']),
      Type.Enum(['a', 'b']),
      Type.Literal('b'),
    ),
    fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((parts) => Type.Union(parts)),
    tie('schema').map((part) => Type.Array(part)),
    fc
      .record(
        { one: fc.tuple(tie('schema'), fc.boolean()), other: fc.tuple(tie('schema'), fc.boolean()) },
        { requiredKeys: [] },
      )
      .map((members) =>
        Type.Object(
          Object.fromEntries(
            Object.entries(members).map(([name, [part, isOptional]]) => [
              name,
              isOptional ? Type.Optional(part) : part,
            ]),
          ),
        ),
      ),
  ),
}));

test('where nothing breaks, every value of the new schema is one of the old', () => {
  let compatible = 0;
  fc.assert(
    fc.property(
      anySchema.chain((after) =>
        fc.record({ before: anySchema, after: fc.constant(after), value: arbitraryOf(after, '', () => []) }),
      ),
      ({ before, after, value }) => {
        if (changes(before, after).length > 0 || !Compile(after).Check(value)) return;
        compatible += 1;
        expect([...Compile(before).Errors(value)]).toEqual([]);
      },
    ),
    { numRuns: 8_000 },
  );
  expect(compatible).toBeGreaterThan(60);
});

test('a schema breaks nobody who relies on the same', () =>
  fc.assert(fc.property(anySchema, (schema) => expect(changes(schema, schema)).toEqual([]))));

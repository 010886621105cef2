import * as fc from 'fast-check';
import { InvalidJson, strictJson } from './strict-json.js';

const found = (body: string | Buffer): Pick<InvalidJson, 'faults' | 'more'> => {
  try {
    strictJson(Buffer.from(body));
  } catch (error) {
    if (error instanceof InvalidJson) return error;
    throw error;
  }
  return { faults: [], more: 0 };
};
const faults = (body: string | Buffer) => found(body).faults;

test.each([
  ['nothing at all', '', ''],
  ['a truncated text', '{"a":', ''],
  ['a byte order mark', '\ufeff{}', ''],
  ['a comment', '{} // no', ''],
  ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), ''],
  ['an overlong encoding', Buffer.from([0x22, 0xc0, 0x80, 0x22]), ''],
  ['a surrogate encoded as bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), ''],
  ['an escaped NUL', '{"a":{"b":"x\\u0000"}}', '/a/b'],
  ['half a surrogate pair', '{"a":[1,"\\ud800"]}', '/a/1'],
  ['the other half', '["\\udc00\\ud800"]', '/0'],
  ['NUL in a name', '{"\\u0000":1}', '/\0'],
  ['2^53', '{"n":9007199254740992}', '/n'],
  ['2^53 + 1, which would be rounded', '{"n":9007199254740993}', '/n'],
  ['a huge exponent', '{"n":[0,1e400]}', '/n/1'],
  ['below the safe integers', '-9007199254740992', ''],
  ['a name twice', '{"a":1,"b":2,"a":3}', '/a'],
  ['a name twice, once escaped', '{"a":1,"\\u0061":3}', '/a'],
  ['__proto__', '{"x":{"__proto__":{}}}', '/x/__proto__'],
  ['constructor', '{"constructor":1}', '/constructor'],
])('%s is refused', (_, body, pointer) => {
  expect(faults(body).map((fault) => fault.pointer)).toEqual([pointer]);
});

test('32 levels are taken, 33 are refused, and 500,000 end nothing', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(faults(nested(32))).toEqual([]);
  expect(faults(nested(33))).toHaveLength(1);
  expect(faults(nested(500_000))).toHaveLength(1);
});

test('every fault is found, each at its place', () => {
  const body = '{"a/b":"\\u0000","list":[{"n":1e999},"fine","\\ud83d"],"m~":9007199254740992}';
  expect(faults(body).map(({ pointer }) => pointer)).toEqual(['/a~1b', '/list/0/n', '/list/2', '/m~0']);
});

test('of many faults a hundred are found, and the others counted', () => {
  expect(found(`[${'1e999,'.repeat(150)}1]`)).toMatchObject({ faults: { length: 100 }, more: 50 });
});

test('whatever JSON.stringify gives of well-formed values is taken as it is', () => {
  const wellFormed = fc
    .string({ unit: 'grapheme' })
    .filter((text) => !text.includes('\0') && text.isWellFormed());
  const names = wellFormed.filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(
        wellFormed,
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.constant('"\\"{[,:]}\\\\'),
      ),
      fc.array(tie('value')),
      fc.dictionary(names, tie('value'), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, fc.constantFrom(0, 2), (given, indent) => {
      const text = JSON.stringify(given, undefined, indent);
      expect(strictJson(Buffer.from(text))).toEqual(JSON.parse(text));
    }),
  );
});

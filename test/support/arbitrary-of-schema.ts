import * as fc from 'fast-check';
import {
  IsArray,
  IsBoolean,
  IsEnum,
  IsInteger,
  IsLiteral,
  IsNull,
  IsNumber,
  IsObject,
  IsOptional,
  IsRefine,
  IsString,
  IsUnion,
  type TProperties,
  type TSchema,
} from 'typebox';
import { Compile } from 'typebox/compile';

/** Gives strings for a field of this name and schema where the test knows better ones, for instance ids that exist. */
export type StringsFor = (field: string, schema: TSchema) => readonly string[];

const ordinary = [
  'analyst-1',
  '2025-02-10',
  '2025-02-12',
  '2025-06-01',
  '2025-02-11T10:00:00Z',
  '2025-02-11T10:00:01Z',
  'en',
  'XX',
  'https://example.org/17',
  'video/mp4',
  'a'.repeat(64),
  'b'.repeat(128),
];
const words = ['Old Mill', 'New Mill', 'two\nlines', 'Ж 😀'];

/** Few different values of each kind, so that equal values meet; or also the ends of what a schema takes. */
export type Reach = 'few' | 'extreme';

/** Values that a schema takes. */
export function arbitraryOf(
  schema: TSchema,
  field: string,
  stringsFor: StringsFor,
  reach: Reach = 'few',
): fc.Arbitrary<unknown> {
  const values = shapeOf(schema, field, stringsFor, reach);
  if (!IsRefine(schema)) return values;
  return values.filter(checkOf(schema));
}

const checks = new WeakMap<TSchema, (value: unknown) => boolean>();

/** Compiled once for each schema: a test draws thousands of values. */
function checkOf(schema: TSchema): (value: unknown) => boolean {
  const known = checks.get(schema);
  if (known) return known;
  const validator = Compile(schema);
  const check = (value: unknown) => validator.Check(value);
  checks.set(schema, check);
  return check;
}

/** An object's members by their schemas, the optional ones now and then. */
export function arbitraryMembers(
  members: Iterable<readonly [string, TSchema]>,
  stringsFor: StringsFor,
  reach: Reach = 'few',
): fc.Arbitrary<Record<string, unknown>> {
  const schemas = new Map(members);
  const values = Object.fromEntries(
    [...schemas].map(([name, schema]) => [name, arbitraryOf(schema, name, stringsFor, reach)]),
  );
  return fc.record(values, {
    requiredKeys: [...schemas].filter(([, schema]) => !IsOptional(schema)).map(([name]) => name),
  });
}

function shapeOf(
  schema: TSchema,
  field: string,
  stringsFor: StringsFor,
  reach: Reach,
): fc.Arbitrary<unknown> {
  const of = (part: TSchema) => arbitraryOf(part, field, stringsFor, reach);
  if (IsEnum(schema)) return fc.constantFrom(...schema.enum);
  if (IsLiteral(schema)) return fc.constant(schema.const);
  if (IsNull(schema)) return fc.constant(null);
  if (IsBoolean(schema)) return fc.boolean();
  if (IsUnion(schema)) return fc.oneof(...schema.anyOf.map(of));
  if (IsInteger(schema)) return reach === 'few' ? fc.nat(4) : fc.oneof(fc.nat(4), ...endsOf(schema));
  if (IsNumber(schema)) {
    const ordinaryNumbers = fc.constantFrom(-1.5, 0, 1.5);
    return reach === 'few' ? ordinaryNumbers : fc.oneof(ordinaryNumbers, ...endsOf(schema));
  }
  if (IsString(schema)) return fc.constantFrom(...stringsOf(schema, field, stringsFor, reach));
  if (IsArray(schema))
    return fc.uniqueArray(of(schema.items), { maxLength: 2, selector: (item) => JSON.stringify(item) });
  if (IsObject(schema))
    return arbitraryMembers(
      Object.entries<TSchema>(schema.properties satisfies TProperties),
      stringsFor,
      reach,
    );
  throw new Error(`${field}: no arbitrary values for ${JSON.stringify(schema)}`);
}

function endsOf(schema: TSchema) {
  return ['minimum', 'maximum'].flatMap((end) => memberOf(schema, end).map((value) => fc.constant(value)));
}

function memberOf(schema: TSchema, name: string): number[] {
  const value = new Map<string, unknown>(Object.entries(schema)).get(name);
  return typeof value === 'number' ? [value] : [];
}

function stringsOf(schema: TSchema, field: string, stringsFor: StringsFor, reach: Reach): readonly string[] {
  const fits = checkOf(schema);
  const ends =
    reach === 'few' ? [] : [...memberOf(schema, 'maxLength').flatMap(longest), ...extreme].filter(fits);
  if (words.every(fits)) return [...words, ...ends];
  const known = stringsFor(field, schema).filter(fits);
  return known.length > 0 ? known : [...ordinary.filter(fits), ...ends];
}

const extreme = [
  '0001-01-01',
  '0099-12-31',
  '9999-12-30',
  '9999-12-31',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
];

/** As long as a text may be, once of characters outside the basic plane; nothing in them repeats, so none compresses. */
function longest(lengthMax: number): readonly string[] {
  const known = longestKnown.get(lengthMax);
  if (known) return known;
  const made = longestOf(lengthMax);
  longestKnown.set(lengthMax, made);
  return made;
}

/** Many fields have the same bound, and the texts take long to make. */
const longestKnown = new Map<number, readonly string[]>();

function longestOf(lengthMax: number): readonly string[] {
  let seed = lengthMax;
  const next = (first: number, many: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return String.fromCodePoint(first + (seed % many));
  };
  const characters = (first: number, many: number, length: number) =>
    Array.from({ length }, () => next(first, many)).join('');
  return [
    characters(0x21, 0x5e, lengthMax),
    characters(0x4e00, 0x5000, lengthMax),
    `x${characters(0x20000, 0xa000, Math.floor((lengthMax - 1) / 2))}`,
  ];
}

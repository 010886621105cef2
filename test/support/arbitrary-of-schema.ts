import * as fc from 'fast-check';
import {
  IsArray,
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
  'a'.repeat(64),
  'b'.repeat(128),
];
const words = ['Old Mill', 'New Mill', 'two\nlines', 'Ж 😀'];

/** Values that a schema takes. Few different ones of each kind, so that equal values meet. */
export function arbitraryOf(schema: TSchema, field: string, stringsFor: StringsFor): fc.Arbitrary<unknown> {
  const values = shapeOf(schema, field, stringsFor);
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
): fc.Arbitrary<Record<string, unknown>> {
  const schemas = new Map(members);
  const values = Object.fromEntries(
    [...schemas].map(([name, schema]) => [name, arbitraryOf(schema, name, stringsFor)]),
  );
  return fc.record(values, {
    requiredKeys: [...schemas].filter(([, schema]) => !IsOptional(schema)).map(([name]) => name),
  });
}

function shapeOf(schema: TSchema, field: string, stringsFor: StringsFor): fc.Arbitrary<unknown> {
  if (IsEnum(schema)) return fc.constantFrom(...schema.enum);
  if (IsLiteral(schema)) return fc.constant(schema.const);
  if (IsNull(schema)) return fc.constant(null);
  if (IsUnion(schema)) return fc.oneof(...schema.anyOf.map((one) => arbitraryOf(one, field, stringsFor)));
  if (IsInteger(schema)) return fc.nat(4);
  if (IsNumber(schema)) return fc.constantFrom(-1.5, 0, 1.5);
  if (IsString(schema)) return fc.constantFrom(...stringsOf(schema, field, stringsFor));
  if (IsArray(schema))
    return fc.uniqueArray(arbitraryOf(schema.items, field, stringsFor), {
      maxLength: 2,
      selector: (item) => JSON.stringify(item),
    });
  if (IsObject(schema))
    return arbitraryMembers(Object.entries<TSchema>(schema.properties satisfies TProperties), stringsFor);
  throw new Error(`${field}: no arbitrary values for ${JSON.stringify(schema)}`);
}

function stringsOf(schema: TSchema, field: string, stringsFor: StringsFor): readonly string[] {
  const fits = checkOf(schema);
  if (words.every(fits)) return words;
  const known = stringsFor(field, schema).filter(fits);
  return known.length > 0 ? known : ordinary.filter(fits);
}

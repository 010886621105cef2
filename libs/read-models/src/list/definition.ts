import { type Static, type TSchema, Type } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { ObjectLiteral } from 'typeorm';

/** A list as callers see it: what may be asked, what an item looks like, and which view answers. */
export interface ListDefinition<Row extends ObjectLiteral = ObjectLiteral, Item extends TSchema = TSchema> {
  /** Unique among the lists; part of the cursor. */
  readonly name: string;
  /** The projection whose position the answer carries. */
  readonly projection: string;
  /** The TypeORM entity; its table is `item` in every condition below. */
  readonly row: new () => Row;
  /** Unique column that settles the order among rows of the same sort value, and its PostgreSQL type. */
  readonly key: { readonly column: string; readonly type: 'uuid' | 'bigint' };
  readonly item: Item;
  readonly filters: Readonly<Record<string, Filter>>;
  readonly sorts: Readonly<Record<string, Sort>>;
  /** `field` or `-field`. */
  readonly defaultSort: string;
  /** Whether `q` searches it. */
  readonly searchable: boolean;
  /** Which rows a reader may see, where not all; in the terms of `Reader`. */
  readonly visible?: string;
  toItem(row: Row, now: Date): Static<Item>;
}

export interface Filter {
  /** Of the value as it stands in the address: a text. */
  readonly schema: TSchema;
  /** The condition; `:value` is the filter's value. May speak of the reader, as `visible` does. */
  readonly condition: string;
  /** Taken from the path, and must be there; not a query parameter. */
  readonly fromPath?: true;
  /** The value where none is given, unless another filter is. */
  readonly otherwise?: { readonly value: string; readonly unless: string };
}

/** Who reads, as far as a list shows different rows to different readers; each member is a parameter in conditions. */
export interface Reader {
  /** `:people`, a text[]: whoever is signed in, and on whose behalf. They see no case of a conflict they declared. */
  readonly people: readonly string[];
  /** `:person`: on whose behalf, else whoever is signed in. */
  readonly person: string;
  /** `:mayDo`, a text[]: the actions of the inbox that their roles may ever do. */
  readonly mayDo: readonly string[];
  /** `:readsCases`: whether they may read cases. */
  readonly readsCases: boolean;
  /** `:readsRefusals`: whether they may read which sensitive commands were refused. */
  readonly readsRefusals: boolean;
  /** `:readsWitnesses`: whether they may read what is recorded of witnesses. */
  readonly readsWitnesses: boolean;
  /** `:readsAccesses`: whether they may read who read protected material. */
  readonly readsAccesses: boolean;
}

/** The server itself, which reads what it needs of rows that anybody may see. */
export const noReader: Reader = {
  people: [],
  person: '',
  mayDo: [],
  readsCases: false,
  readsRefusals: false,
  readsWitnesses: false,
  readsAccesses: false,
};

export interface Sort {
  /** SQL over `item`, never null. */
  readonly expression: string;
  readonly type: 'text' | 'timestamptz' | 'date' | 'integer' | 'bigint';
}

/** A question as it stands in an address. */
export interface AskedParameters {
  readonly limit: number;
  readonly cursor?: string;
  readonly sort: string;
  readonly q?: string;
  readonly filters: Readonly<Record<string, string>>;
}

/** A question and who asks it: what the answer may hold depends on both. */
export interface ListParameters extends AskedParameters {
  readonly reader: Reader;
}

export const limitMax = 200;
export const limitDefault = 50;

const search = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' });
const cursor = Type.String({ minLength: 1, maxLength: 2000, pattern: '^[A-Za-z0-9_-]+$' });

/** The query parameters of a list, for checking and for OpenAPI. All are optional; unknown ones are refused. */
export function parametersOf(definition: ListDefinition): Readonly<Record<string, TSchema>> {
  const known = parameters.get(definition) ?? parametersMade(definition);
  parameters.set(definition, known);
  return known;
}

/** One schema for each parameter, as long as the program runs: compiling a check is the costly part of it. */
const parameters = new WeakMap<ListDefinition, Readonly<Record<string, TSchema>>>();

function parametersMade(definition: ListDefinition): Readonly<Record<string, TSchema>> {
  const sorts = Object.keys(definition.sorts).flatMap((name) => [name, `-${name}`]);
  const filters = Object.entries(definition.filters).filter(([, { fromPath }]) => !fromPath);
  return {
    limit: Type.Integer({ minimum: 1, maximum: limitMax, default: limitDefault }),
    cursor,
    sort: Type.Enum(sorts, {
      default: definition.defaultSort,
      description: 'a row whose value changes while pages are read may come twice or not at all',
    }),
    ...(definition.searchable ? { q: search } : {}),
    ...Object.fromEntries(filters.map(([name, { schema }]) => [name, schema])),
  };
}

/** What a list of such items answers: the items, and where to go on. */
export function pageOf<Item extends TSchema>({ item }: { readonly item: Item }) {
  return Type.Object(
    { items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  );
}

export interface ParameterFault {
  readonly parameter: string;
  readonly message: string;
}

/** The parameters of a list are not in order; all faults at once. */
export class InvalidListParameters extends Error {
  override readonly name = 'InvalidListParameters';
  constructor(readonly faults: readonly ParameterFault[]) {
    super(faults.map(({ parameter, message }) => `${parameter} ${message}`).join('; '));
  }
}

/**
 * Checks what stood in the address, with the filters that stood in the path. A parameter given twice arrives as an
 * array and is refused. Throws `InvalidListParameters`.
 */
export function parseParameters(
  definition: ListDefinition,
  query: Readonly<Record<string, unknown>>,
  path: Readonly<Record<string, string>> = {},
): AskedParameters {
  const known = parametersOf(definition);
  const faults: ParameterFault[] = [];
  const values: Record<string, string> = {};
  for (const [name, raw] of Object.entries(query)) {
    const schema = Object.hasOwn(known, name) ? known[name] : undefined;
    const message = schema ? faultIn(schema, name, raw) : 'is not a parameter of this list';
    if (message !== undefined) faults.push({ parameter: name, message });
    else if (typeof raw === 'string' || typeof raw === 'number') values[name] = String(raw);
  }
  for (const [name, { schema, fromPath }] of Object.entries(definition.filters)) {
    if (!fromPath) continue;
    const message = faultIn(schema, name, path[name]);
    if (message !== undefined) faults.push({ parameter: name, message });
    values[name] = path[name] ?? '';
  }
  if (faults.length > 0) throw new InvalidListParameters(faults);
  for (const [name, { otherwise }] of Object.entries(definition.filters))
    if (otherwise && values[otherwise.unless] === undefined) values[name] ??= otherwise.value;
  const { limit, cursor: from, sort, q, ...filters } = values;
  return {
    limit: limit === undefined ? limitDefault : Number(limit),
    sort: sort ?? definition.defaultSort,
    filters,
    ...(from === undefined ? {} : { cursor: from }),
    ...(q === undefined ? {} : { q }),
  };
}

const validators = new WeakMap<TSchema, Validator>();

/** The schema's check, compiled once. */
export function compiled(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known) return known;
  const validator = Compile(schema);
  validators.set(schema, validator);
  return validator;
}

function faultIn(schema: TSchema, name: string, raw: unknown): string | undefined {
  const value = name === 'limit' && typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : raw;
  const validator = compiled(schema);
  if (validator.Check(value)) return undefined;
  return validator.Errors(value)[0]?.message ?? 'is not valid';
}

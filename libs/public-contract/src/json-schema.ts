import type { TSchema } from 'typebox';

/** A JSON Schema as a document has it: the keywords that our schemas have, and any other. */
export interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** The schema of a value as its reader must take it: with members that it does not know, for more of them may come. */
export function openSchema(schema: TSchema): JsonSchema {
  const open: JsonSchema = JSON.parse(
    JSON.stringify(schema, (name: string, value: unknown) =>
      name === 'additionalProperties' && value === false ? undefined : value,
    ),
  );
  return open;
}

/** Its alternatives, the words of closed lists as one of them. */
export function alternativesOf(schema: JsonSchema): JsonSchema[] {
  const all = schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternativesOf);
  const words = all.flatMap(wordsOf);
  const others = all.filter((one) => wordsOf(one).length === 0);
  return words.length === 0 ? others : [...others, { enum: words }];
}

/** The values of a closed list; none where there is none. */
export function wordsOf(schema: JsonSchema): readonly unknown[] {
  return schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
}

/** What kind of value it takes, in a word or two. */
export function kindOf(schema: JsonSchema): string {
  if (wordsOf(schema).length > 0) return `one of ${wordsOf(schema).map(String).join(', ')}`;
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
      return 'whole number';
    case 'boolean':
      return 'yes or no';
    case 'array':
      return 'list';
    default:
      return schema.type ?? 'anything';
  }
}

import { alternativesOf, type JsonSchema, kindOf, wordsOf } from './json-schema.js';

/** Keywords that say nothing of which values there are. */
const notes = ['title', 'description', 'examples', 'default', 'deprecated', '$comment'];
/** Keywords that are compared by what they mean; every other is compared by its value. */
const compared = ['type', 'const', 'enum', 'anyOf', 'items', 'properties', 'required', ...notes];
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];

/**
 * What a reader who relies on the one schema may meet under the other that the first does not take, or miss that it
 * promised; nothing where every value of the second is one of the first. Where that cannot be told, the change counts. A
 * further word of a closed list is such a change: a reader who tells its words apart has no place for it.
 */
export function breakingSchemaChanges(before: JsonSchema, after: JsonSchema, at: string): string[] {
  const known = alternativesOf(before);
  const found = alternativesOf(after).flatMap((alternative) => {
    const likely = known.filter((one) => isOfKind(alternative, one));
    if (likely.length === 0) return [otherKind(known, alternativesOf(after), alternative, at)];
    const [best = []] = likely
      .map((one) => changesWithin(one, alternative, at))
      .toSorted((one, other) => one.length - other.length);
    return best;
  });
  return [...new Set(found)];
}

const isList = (schema: JsonSchema) => wordsOf(schema).length > 0;

/** Whether a value of the one kind can be one of the other. */
function isOfKind(one: JsonSchema, other: JsonSchema): boolean {
  if (isList(one) || isList(other)) return isList(one) && isList(other);
  if (one.type === 'integer' && other.type === 'number') return true;
  return other.type === undefined || one.type === other.type;
}

function otherKind(
  known: readonly JsonSchema[],
  all: readonly JsonSchema[],
  alternative: JsonSchema,
  at: string,
): string {
  const isMore = known.every((one) => all.some((other) => isOfKind(other, one)));
  if (isMore) return `${at} may now be ${kindOf(alternative)}`.trim();
  return `${at} was ${known.map(kindOf).join(' or ')}, is ${all.map(kindOf).join(' or ')}`.trim();
}

function changesWithin(before: JsonSchema, after: JsonSchema, at: string): string[] {
  return [
    ...newWords(before, after, at),
    ...changedMembers(before, after, at),
    ...changedItems(before, after, at),
    ...widened(before, after, at),
  ];
}

function newWords(before: JsonSchema, after: JsonSchema, at: string): string[] {
  if (!isList(before)) return [];
  const known = new Set(wordsOf(before));
  return wordsOf(after)
    .filter((word) => !known.has(word))
    .map((word) => `${at} has the new value ${String(word)}`);
}

function changedMembers(before: JsonSchema, after: JsonSchema, at: string): string[] {
  const { properties = {}, required = [] } = before;
  return Object.entries(properties).flatMap(([name, member]) => {
    const path = at === '' ? name : `${at}.${name}`;
    const now = after.properties?.[name];
    if (now === undefined) return [`${path} is no longer there`];
    const isLost = required.includes(name) && after.required?.includes(name) !== true;
    return [
      ...(isLost ? [`${path} is no longer always there`] : []),
      ...breakingSchemaChanges(member, now, path),
    ];
  });
}

function changedItems(before: JsonSchema, after: JsonSchema, at: string): string[] {
  if (before.items === undefined) return [];
  return breakingSchemaChanges(before.items, after.items ?? {}, `${at}[]`);
}

/** Bounds that are wider, and demands that are others or gone. One that was not there before only narrows. */
function widened(before: JsonSchema, after: JsonSchema, at: string): string[] {
  return Object.keys(before)
    .filter((keyword) => !compared.includes(keyword) && isWidened(keyword, before[keyword], after[keyword]))
    .map((keyword) => {
      const is = after[keyword] === undefined ? 'is not bound any more' : `is ${told(after[keyword])}`;
      return `${at}: ${keyword} was ${told(before[keyword])}, ${is}`.trim();
    });
}

function isWidened(keyword: string, before: unknown, after: unknown): boolean {
  if (typeof before === 'number' && typeof after === 'number') {
    if (upperBounds.includes(keyword)) return after > before;
    if (lowerBounds.includes(keyword)) return after < before;
  }
  return JSON.stringify(before) !== JSON.stringify(after);
}

const told = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

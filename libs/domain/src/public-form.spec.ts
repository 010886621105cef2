import { IsArray, IsObject, IsRecord, IsUnion, type TSchema } from 'typebox';
import { sealedValue } from '#event-sourcing';
import { EvidenceRegistered } from './evidence/evidence.js';
import { aggregates } from './index.js';
import { type Audience, membersLeaving, publicData, publicForm } from './public-form.js';
import { registered } from './testing/samples.js';
import { subject } from './values.js';

const definitions = aggregates.flatMap(({ category, events }) =>
  events.definitions.map((definition) => ({ category, ...definition })),
);
const audiences: readonly Audience[] = ['all', 'recipient'];

/** Every schema that a path leads to; none where it leads nowhere. */
function schemasAt(schema: TSchema, [name, ...rest]: readonly string[]): TSchema[] {
  if (name === undefined) return [schema];
  const alternatives: TSchema[] = IsUnion(schema) ? schema.anyOf : [schema];
  return alternatives.flatMap((one) => {
    const member: TSchema | undefined = IsObject(one) ? one.properties[name] : undefined;
    return member === undefined ? [] : schemasAt(member, rest);
  });
}

/** A schema and every schema in it. */
function within(schema: TSchema): TSchema[] {
  const parts: TSchema[] = [
    ...(IsObject(schema) ? Object.values<TSchema>(schema.properties) : []),
    ...(IsUnion(schema) ? schema.anyOf : []),
    ...(IsArray(schema) ? [schema.items] : []),
    ...(IsRecord(schema) ? Object.values<TSchema>(schema.patternProperties) : []),
  ];
  return [schema, ...parts.flatMap(within)];
}

const isSame = (one: TSchema, other: TSchema) => JSON.stringify(one) === JSON.stringify(other);
const isStaff = (schema: TSchema) => isSame(schema, subject);
const isSealed = (schema: TSchema) => isSame(schema, sealedValue);

test('somebody has decided about every type of event', () => {
  expect(Object.keys(publicForm).toSorted()).toEqual(definitions.map(({ type }) => type).toSorted());
});

describe.each(definitions)('$type', ({ type, schema }) => {
  const leaving = membersLeaving(type, 'recipient').map((path) => ({
    path,
    schemas: schemasAt(schema, path.split('.')),
  }));

  test('has the members that may leave', () => {
    expect(leaving.filter(({ schemas }) => schemas.length === 0)).toEqual([]);
  });

  test('gives away nobody of our staff, and nothing that is sealed', () => {
    const parts = leaving.map(({ path, schemas }) => ({ path, parts: schemas.flatMap(within) }));
    expect(parts.filter(({ parts: all }) => all.some((part) => isStaff(part) || isSealed(part)))).toEqual([]);
  });
});

test('all are told nothing of a witness', () => {
  const ofWitnesses = definitions.filter(({ category }) => category === 'witness');
  expect(ofWitnesses.filter(({ type }) => membersLeaving(type, 'all').length > 0)).toEqual([]);
});

test('a staff subject or a sealed value would be found', () => {
  expect(within(schemasOf('LeadAssigned')).some(isStaff)).toBe(true);
  expect(within(schemasOf('WitnessRegistered')).some(isSealed)).toBe(true);
});
const schemasOf = (wanted: string): TSchema => {
  const found = definitions.find(({ type }) => type === wanted);
  if (!found) throw new Error(`there is no ${wanted}`);
  return found.schema;
};

test('what may leave leaves, and nothing beside it', () => {
  const event = registered();
  const { exhibitNumber, form, kind, description, digests, acquisition, irregularities } = event.data;
  const { operatorId: _, ...acquired } = acquisition;
  expect(publicData(event, 'all')).toEqual({ form, kind, digests });
  expect(publicData(event, 'recipient')).toEqual({
    ...{ exhibitNumber, form, kind, description, digests, irregularities },
    acquisition: acquired,
  });
});

test('of an event that nobody decided about nothing leaves', () => {
  for (const audience of audiences)
    expect(publicData({ ...EvidenceRegistered(registered().data), type: 'Unheard' }, audience)).toEqual({});
});

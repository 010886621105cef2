import { Type } from 'typebox';
import { defineEvents, InvalidEvent, UndecodableEvent, versions } from '#event-sourcing';

// Third shape of an event: first a bare name, then a list of names, then a list of people.
const events = defineEvents('case', {
  PeopleNamed: versions(
    Type.Object({ people: Type.Array(Type.Object({ name: Type.String() })) }),
    ({ name }: { name: string }) => ({ names: [name] }),
    ({ names }: { names: string[] }) => ({ people: names.map((name) => ({ name })) }),
  ),
  CaseOpened: Type.Object({ title: Type.String({ minLength: 1 }) }),
});
const { PeopleNamed, CaseOpened } = events.make;
const stored = (schemaVersion: number, data: unknown) => ({
  type: 'PeopleNamed',
  schemaVersion,
  data: JSON.stringify(data),
});

test('every shape an event ever had decodes to the newest', () => {
  const newest = PeopleNamed({ people: [{ name: 'N' }] });
  expect(events.decode(stored(1, { name: 'N' }))).toEqual(newest);
  expect(events.decode(stored(2, { names: ['N'] }))).toEqual(newest);
  expect(events.decode(stored(3, newest.data))).toEqual(newest);
});

test('an event is written in the newest shape, as the bytes of one JSON.stringify', () => {
  expect(events.encode(CaseOpened({ title: 'T' }))).toEqual({
    type: 'CaseOpened',
    schemaVersion: 1,
    data: '{"title":"T"}',
  });
  expect(events.encode(PeopleNamed({ people: [] })).schemaVersion).toBe(3);
});

test('an event that its schema refuses is never written', () => {
  expect(() => events.encode(CaseOpened({ title: '' }))).toThrow(InvalidEvent);
  expect(() => events.encode(CaseOpened({ title: '' }))).toThrow('CaseOpened/title');
});

test.each([
  ['an unknown type', { type: 'CaseBurnt', schemaVersion: 1, data: '{}' }],
  ['a version from the future', stored(4, {})],
  ['a version that never was', stored(0, {})],
  ['data that is not JSON', { type: 'CaseOpened', schemaVersion: 1, data: '{"title":' }],
])('%s does not decode', (_, recorded) => {
  expect(() => events.decode(recorded)).toThrow(UndecodableEvent);
});

test('the definitions name each type, its version and its schema', () => {
  expect(events.definitions.map(({ type, schemaVersion }) => [type, schemaVersion])).toEqual([
    ['PeopleNamed', 3],
    ['CaseOpened', 1],
  ]);
});

import { validate } from 'class-validator';
import { Type } from 'typebox';
import { faultsOf, Field, fieldsOf } from '#event-sourcing';

const place = Type.Object(
  { name: Type.String({ minLength: 1 }), latitude: Type.Optional(Type.Number({ maximum: 90 })) },
  { additionalProperties: false },
);

class RecordPlace {
  @Field(Type.String({ minLength: 1 })) readonly title!: string;
  @Field(place) readonly place!: { name: string; latitude?: number };
  @Field(Type.Integer()) readonly min!: number;
  @Field(Type.Optional(Type.Integer()), (max, { min }) =>
    max < Number(min) ? 'is less than min' : undefined,
  )
  readonly max?: number;
  @Field(Type.Enum(['near', 'far'])) readonly range!: string;
  @Field(Type.Optional(Type.Array(Type.String({ pattern: '^[A-Z]$', description: 'one capital letter' }))))
  readonly marks?: string[];
}
const good = { title: 'T', place: { name: 'P' }, min: 1, range: 'near' };

async function faultsIn(body: object) {
  const command = Object.assign(new RecordPlace(), body);
  return faultsOf(await validate(command, { whitelist: true, forbidNonWhitelisted: true }));
}

test('a command in order has no faults, with its optional fields and without', async () => {
  expect(await faultsIn(good)).toEqual([]);
  expect(await faultsIn({ ...good, max: 1 })).toEqual([]);
});

test('every fault is named at once, each at its place', async () => {
  const faults = await faultsIn({
    place: { name: '', latitude: 91, 'a/b': 1 },
    min: '1',
    range: 'off',
    extra: true,
  });
  expect(faults.map(({ pointer }) => pointer).toSorted()).toEqual([
    '/extra',
    '/min',
    '/place/a~1b',
    '/place/latitude',
    '/place/name',
    '/range',
    '/title',
  ]);
});

test.each([8, 50])('%d unknown members inside a value are each told', async (count) => {
  const unknown = Object.fromEntries(Array.from({ length: count }, (_, index) => [`member${index}`, 1]));
  const faults = await faultsIn({ ...good, place: { ...good.place, ...unknown } });
  expect(faults).toEqual(
    Object.keys(unknown).map((name) => ({ pointer: `/place/${name}`, message: 'is not a field here' })),
  );
});

test('twenty wrong parts of a list are told at once', async () => {
  const marks = Array.from({ length: 20 }, () => 'b');
  const faults = await faultsIn({ ...good, marks });
  expect(faults.map(({ pointer }) => pointer)).toEqual(marks.map((_, index) => `/marks/${index}`));
});

test('so many unknown members that not all can be told are refused all the same, and soon', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`member${index}`, 1]));
  const faults = await faultsIn({ ...good, place: { ...good.place, ...unknown } });
  expect(faults).toHaveLength(200);
});

test('a value that no schema takes is refused, although there are no words for why', async () => {
  class Impossible {
    @Field(Type.Object({ never: Type.Union([]) })) readonly value!: object;
  }
  const errors = await validate(Object.assign(new Impossible(), { value: { never: 1 } }));
  expect(faultsOf(errors)).toEqual([{ pointer: '/value/never', message: 'is not valid' }]);
});

test('each fault says what is wrong in words', async () => {
  const faults = await faultsIn({ ...good, place: {}, range: 'off' });
  expect(faults).toEqual([
    { pointer: '/place/name', message: 'is required' },
    { pointer: '/range', message: 'must be one of "near", "far"' },
  ]);
});

test('a pattern that is missed is told in the words of the schema', async () => {
  expect(await faultsIn({ ...good, marks: ['A', 'b'] })).toEqual([
    { pointer: '/marks/1', message: 'must be one capital letter' },
  ]);
});

test('a field that is missing is told to be required', async () => {
  const { title: _, ...untitled } = good;
  expect(await faultsIn(untitled)).toEqual([{ pointer: '/title', message: 'is required' }]);
});

test('a rule between fields is a fault of the field that carries it', async () => {
  expect(await faultsIn({ ...good, max: 0 })).toEqual([{ pointer: '/max', message: 'is less than min' }]);
});

test.each([[null], [[good]], ['text'], [{ name: 'P', latitude: null }]])('%j is no place', async (value) => {
  expect(await faultsIn({ ...good, place: value })).not.toEqual([]);
});

test('an optional field that is there must be of its kind: null is not absence', async () => {
  expect(await faultsIn({ ...good, max: null })).toEqual([{ pointer: '/max', message: 'must be integer' }]);
});

test('the schemas of a command are known in the order they are written', () => {
  expect([...fieldsOf(RecordPlace).keys()]).toEqual(['title', 'place', 'min', 'max', 'range', 'marks']);
});

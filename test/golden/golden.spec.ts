import { readdirSync, readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { aggregates } from '#domain';

// Each file is the data of one event as it was stored under that version of its shape. None is ever changed: whatever
// a later program looks like, it has to read them.
const folder = import.meta.dirname;
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => {
    const [, type = '', version = ''] = /^([A-Za-z]+)\.v([1-9]\d*)\.json$/.exec(name) ?? [];
    return { name, type, version: Number(version) };
  });
const definitions = aggregates.flatMap(({ events }) =>
  events.definitions.map((definition) => ({ ...definition, events })),
);

test.each(files)('$name is read today', ({ name, type, version }) => {
  const data = readFileSync(`${folder}/${name}`, 'utf8');
  const definition = definitions.find((known) => known.type === type);
  if (!definition) throw new Error(`${type} was stored once, and no aggregate knows it any more`);
  const event = definition.events.decode({ type, schemaVersion: version, data });
  expect([...Compile(definition.schema).Errors(event.data)]).toEqual([]);
});

test('every version of every event has a golden payload; npm run generate adds it', () => {
  const wanted = definitions.flatMap(({ type, schemaVersion }) =>
    Array.from({ length: schemaVersion }, (_, index) => `${type}.v${index + 1}.json`),
  );
  expect(files.map(({ name }) => name).toSorted()).toEqual(wanted.toSorted());
});

import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { asked, openViews, type Views } from '../../../test/support/views.js';
import { incidentList, incidentMap } from './incident-list.js';
import { pageOf } from './list/definition.js';

let views: Views;
beforeAll(async () => {
  views = await openViews();
});
afterAll(() => views.close());

const incidents = async (query: Record<string, string> = {}) => {
  await views.settled();
  const { answer } = await views.models.queries.incidents(asked(incidentList, query));
  expect([...Compile(pageOf(incidentList)).Errors(answer)]).toEqual([]);
  return answer.items;
};

test('an incident is found by what, when and where, as sharp as it is known', async () => {
  const { ask } = views.office;
  const { id } = await ask('RecordIncident', sample.incident());
  await ask('AssessVictims', sample.victims(), id);
  const unknown = await ask(
    'RecordIncident',
    sample.incident({
      title: 'Somewhere',
      period: { precision: 'unknown' },
      place: { precision: 'unknown' },
      parties: [],
    }),
  );
  const [found, ...none] = await incidents({
    category: 'unlawfulKilling',
    party: 'Northern Brigade',
    country: 'XX',
    precision: 'locality',
    bbox: '2,1,3,2',
    from: '2025-02-11',
    until: '2025-02-11',
    q: 'prisoners',
  });
  expect(none).toEqual([]);
  expect(found).toMatchObject({
    id,
    status: 'reported',
    victims: [{ harm: 'killed', min: 3, best: 4, max: 6 }],
  });
  expect(await incidents({ bbox: '2.5,1,3,2' })).toEqual([]);
  expect(await incidents({ bbox: '2,1,-170,2' })).toHaveLength(1);
  expect((await incidents({ sort: '-occurredAt' }))[0]?.id).toBe(unknown.id);
});

test('a merged incident is shown when it is asked for, and says where it went', async () => {
  const { ask } = views.office;
  const first = await ask('RecordIncident', sample.incident({ title: 'First report' }));
  const second = await ask('RecordIncident', sample.incident({ title: 'Second report' }));
  await ask('MergeIncident', { into: first.id, reason: 'The same shooting' }, second.id);
  expect(await incidents({ mergedInto: first.id })).toEqual([
    expect.objectContaining({ id: second.id, mergedInto: first.id }),
  ]);
  const shown = async (query: Record<string, string>) =>
    (await incidents({ q: 'report', ...query })).map(({ id }) => id);
  expect(await shown({})).toEqual([first.id]);
  expect(await shown({ merged: 'true' })).toEqual([second.id]);
  expect(new Set(await shown({ merged: 'any' }))).toEqual(new Set([first.id, second.id]));
});

test('the map is GeoJSON; what is not located is a feature without a geometry', async () => {
  const { answer, position } = await views.models.queries.incidentMap(
    asked(incidentList, { sort: 'recordedAt' }),
  );
  expect([...Compile(incidentMap).Errors(answer)]).toEqual([]);
  expect(answer.features[0]).toMatchObject({
    geometry: { type: 'Point', coordinates: [2.25, 1.5] },
    properties: { place: { precision: 'locality', radiusMeters: 800 } },
  });
  expect(answer.features[1]?.geometry).toBeNull();
  expect(position).toBe(await views.store.head());
});

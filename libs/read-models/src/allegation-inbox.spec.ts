import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { asked, openViews, type Views } from '../../../test/support/views.js';
import { allegationList } from './allegation-inbox.js';
import { duplicateCandidates } from './duplicates.js';
import { pageOf } from './list/definition.js';

let views: Views;
beforeAll(async () => {
  views = await openViews();
});
afterAll(() => views.close());

const inbox = async (query: Record<string, string> = {}) => {
  await views.settled();
  const { answer } = await views.models.queries.allegations(asked(allegationList, query));
  expect([...Compile(pageOf(allegationList)).Errors(answer)]).toEqual([]);
  return answer.items;
};
const duplicatesOf = async (id: string) => {
  await views.settled();
  const { answer } = await views.models.queries.duplicates(id, 10);
  expect([...Compile(duplicateCandidates).Errors(answer)]).toEqual([]);
  return answer?.items ?? [];
};

const claimed = (over: object) => ({ ...sample.allegation().claimed, ...over });

test('an allegation shows what is claimed, its source and what came of it', async () => {
  const { ask } = views.office;
  const { id } = await ask('FileAllegation', sample.allegation({ language: 'uk' }));
  await ask('TriageAllegation', { decision: 'deferred', until: '2999-06-01', reason: 'Source away' }, id);
  expect(
    await inbox({ language: 'uk', status: 'deferred', from: '2025-02-12', until: '2025-02-12' }),
  ).toEqual([
    expect.objectContaining({
      id,
      status: 'deferred',
      triage: { decision: 'deferred', until: '2999-06-01', reason: 'Source away' },
      claimed: expect.objectContaining({ scope: 'occurrence' }),
      withdrawn: false,
    }),
  ]);
  expect(await inbox({ from: '2025-02-13' })).toEqual([]);
  expect(await inbox({ q: '"near the old mill" -north' })).toHaveLength(1);
  await ask('WithdrawAllegation', { reason: 'The source was mistaken' }, id);
  expect(await inbox({ withdrawn: 'true' })).toHaveLength(1);
});

test('candidates for a duplicate are at the same place in overlapping periods, or in similar words', async () => {
  const { ask } = views.office;
  const file = async (over: object) => (await ask('FileAllegation', sample.allegation(over))).id;
  const own = await file({});
  const reworded = await file({
    summary: 'Prisoners are said to have been shot close to the old mill, in February.',
    claimed: claimed({ place: { country: 'YY', precision: 'country' }, period: { precision: 'unknown' } }),
  });
  const sameDay = await file({
    summary: 'Бойцы застрелили троих',
    claimed: claimed({ period: { start: '2025-02-01', precision: 'month' } }),
  });
  await file({
    summary: 'A market was shelled',
    claimed: claimed({ period: { start: '2025-04-01', precision: 'day' } }),
  });
  await file({
    summary: 'A bridge was blown up',
    claimed: claimed({ place: { name: 'New Bridge', country: 'XX', precision: 'locality' } }),
  });
  const found = await duplicatesOf(own);
  expect(found.map(({ allegation }) => allegation.id)).toEqual([sameDay, reworded]);
  expect(found[0]).toMatchObject({ samePlace: true, overlappingPeriod: true });
  expect(found[1]).toMatchObject({ samePlace: false, overlappingPeriod: false });
  expect(found[1]?.similarity).toBeGreaterThan(0.5);
});

test('nearby points are one place, as far as their radii reach', async () => {
  const { ask } = views.office;
  const at = (latitude: number, radiusMeters: number) =>
    sample.allegation({
      summary: latitude === 50 ? 'One' : 'Other',
      claimed: claimed({
        place: { country: 'ZZ', precision: 'exact', coordinates: { latitude, longitude: 10 }, radiusMeters },
      }),
    });
  const own = await ask('FileAllegation', at(50, 3_000));
  const near = await ask('FileAllegation', at(50.05, 3_000)); // 5.6 km
  await ask('FileAllegation', at(50.1, 3_000)); // 11 km
  expect((await duplicatesOf(own.id)).map(({ allegation }) => allegation.id)).toEqual([near.id]);
});

test('a place without a country is a place, by its name or its coordinates', async () => {
  const { ask } = views.office;
  const at = (summary: string, place: object) =>
    ask('FileAllegation', sample.allegation({ summary, claimed: claimed({ place, period: day }) }));
  const day = { start: '2019-07-07', precision: 'day' };
  const coordinates = { latitude: 12, longitude: 34 };
  const own = await at('Alpha', { name: 'Mill Road', precision: 'exact', coordinates });
  const named = await at('Bravo', { name: 'mill road', precision: 'locality' });
  const near = await at('Charlie', { country: 'YY', precision: 'exact', coordinates });
  await at('Delta', { precision: 'unknown' });
  const found = await duplicatesOf(own.id);
  // Both as likely, so in no order that means anything.
  expect(new Set(found.map(({ allegation }) => allegation.id))).toEqual(new Set([named.id, near.id]));
});

test('texts of one template are no candidates for each other but where their days may meet', async () => {
  const { ask } = views.office;
  const record = (n: number, over: object) =>
    ask(
      'FileAllegation',
      sample.allegation({
        summary: `Register of events, no. ${n}: state-based violence; Xland: Government; Government of Xland - Y.`,
        claimed: claimed({ place: { name: `Village ${n}`, country: 'QQ', precision: 'locality' }, ...over }),
      }),
    );
  const on = (start: string) => ({ period: { start, precision: 'day' } });
  const own = await record(1, on('2018-05-01'));
  for (let n = 2; n < 12; n += 1) await record(n, on(`2018-05-${String(n).padStart(2, '0')}`));
  const sameDay = await record(12, on('2018-05-01'));
  const someDay = await record(13, { period: { precision: 'unknown' } });
  const found = await duplicatesOf(own.id);
  expect(new Set(found.map(({ allegation }) => allegation.id))).toEqual(new Set([sameDay.id, someDay.id]));
});

test('there are no candidates for an allegation that is like no other', async () => {
  const { ask } = views.office;
  const { id } = await ask(
    'FileAllegation',
    sample.allegation({ summary: 'Wells were poisoned', claimed: { scope: 'statement', figures: [] } }),
  );
  expect(await duplicatesOf(id)).toEqual([]);
});

test('there are no candidates for what is not there', async () => {
  const { answer } = await views.models.queries.duplicates('00000000-0000-0000-0000-000000000000', 5);
  expect(answer).toBeUndefined();
});

test('an allegation is found by its reference, however long that is', async () => {
  const { ask } = views.office;
  const reference = Array.from({ length: 1_000 }, (_, n) =>
    String.fromCodePoint(0x4e00 + ((n * n * 7_919) % 20_000)),
  ).join('');
  const { id } = await ask(
    'FileAllegation',
    sample.allegation({ source: { kind: 'media', reference }, language: 'zh' }),
  );
  expect((await inbox({ reference })).map((item) => item.id)).toEqual([id]);
  expect(await inbox({ reference: `${reference.slice(0, -1)}x` })).toEqual([]);
});

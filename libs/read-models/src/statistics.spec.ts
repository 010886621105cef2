import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { openViews, type Views } from '../../../test/support/views.js';
import { parseCounted, parseStatistics } from './statistics-parameters.js';
import { countedPage } from './statistics-counted.js';
import { statisticsAnswer } from './statistics-query.js';

let views: Views;
let now = new Date('2025-03-01T00:00:00Z');
beforeEach(async () => {
  now = new Date('2025-03-01T00:00:00Z');
  views = await openViews({ now: () => now });
});
afterEach(() => views.close());

const answered = async (query: Record<string, string> = {}) => {
  await views.settled();
  const { answer } = await views.models.queries.statistics(parseStatistics(query));
  expect([...Compile(statisticsAnswer).Errors(answer)]).toEqual([]);
  return answer;
};
const statistics = async (query: Record<string, string> = {}) => (await answered(query)).groups;
const counted = async (query: Record<string, string> = {}) => {
  const { parameters, page } = parseCounted(query);
  const { answer } = await views.models.queries.counted(parameters, page);
  expect([...Compile(countedPage).Errors(answer)]).toEqual([]);
  return answer;
};

test('claims of an aggregate never add into the figures', async () => {
  const { ask } = views.office;
  await ask(
    'FileAllegation',
    sample.allegation({
      claimed: {
        scope: 'aggregate',
        incidents: { min: 29, max: 29 },
        figures: [{ harm: 'killed', status: 'horsDeCombat', min: 91, max: null }],
      },
    }),
  );
  expect(await statistics()).toEqual([{ group: {}, incidents: 0, victims: [] }]);
  expect(await statistics({ by: 'harm' })).toEqual([]);
});

test('a later assessment takes the place of the earlier; an open bound or a missing estimate stays so', async () => {
  const { ask } = views.office;
  const { id } = await ask('RecordIncident', sample.incident());
  await ask('AssessVictims', sample.victims(), id);
  await ask('AssessVictims', sample.victims({ status: 'civilian', min: 1, best: 1, max: 1 }), id);
  const [before] = await statistics();
  expect(before?.victims).toMatchObject([{ harm: 'killed', figures: 2, min: 4, best: 5, max: 7 }]);
  await ask('AssessVictims', sample.victims({ min: 5, best: undefined, max: null }), id);
  const of = { harm: 'killed', standard: 'credible' };
  expect((await statistics({ by: 'victimStatus' })).map(({ group, victims }) => [group, victims])).toEqual([
    [
      { victimStatus: 'civilian' },
      [{ ...of, figures: 1, min: 1, best: 1, withoutBest: 0, max: 1, withoutMax: 0 }],
    ],
    [
      { victimStatus: 'horsDeCombat' },
      [{ ...of, figures: 1, min: 5, best: null, withoutBest: 1, max: null, withoutMax: 1 }],
    ],
  ]);
  expect(await statistics()).toMatchObject([
    { incidents: 1, victims: [{ min: 6, best: null, withoutBest: 1, max: null, withoutMax: 1 }] },
  ]);
});

test('neither harms nor standards of proof are added up, and their groups overlap', async () => {
  const { ask } = views.office;
  const first = await ask('RecordIncident', sample.incident());
  const second = await ask('RecordIncident', sample.incident({ title: 'Another' }));
  const exactly = (n: number, over: object) => sample.victims({ min: n, best: n, max: n, ...over });
  await ask('AssessVictims', exactly(2, { harm: 'killed', standard: 'credible' }), first.id);
  await ask('AssessVictims', exactly(3, { harm: 'injured', standard: 'alleged' }), first.id);
  await ask('AssessVictims', exactly(5, { harm: 'injured', standard: 'alleged' }), second.id);
  const sums = [
    expect.objectContaining({ harm: 'injured', standard: 'alleged', figures: 2, best: 8 }),
    expect.objectContaining({ harm: 'killed', standard: 'credible', figures: 1, best: 2 }),
  ];
  expect(await statistics()).toEqual([{ group: {}, incidents: 2, victims: sums }]);
  const { groups, overlapping } = await answered({ by: 'standard' });
  expect(groups).toEqual([
    { group: { standard: 'alleged' }, incidents: 2, victims: [sums[0]] },
    { group: { standard: 'credible' }, incidents: 1, victims: [sums[1]] },
  ]);
  expect(overlapping).toEqual(['standard']);
  expect((await answered({ by: 'harm,victimStatus,month' })).overlapping).toEqual(['harm', 'victimStatus']);
});

test('a merged incident does not count; what was assessed of it alone is reported, until it is reversed', async () => {
  const { ask } = views.office;
  const first = await ask('RecordIncident', sample.incident());
  const second = await ask('RecordIncident', sample.incident({ title: 'The same, told again' }));
  const third = await ask('RecordIncident', sample.incident({ title: 'And again' }));
  for (const { id } of [first, second]) await ask('AssessVictims', sample.victims(), id);
  await ask('AssessVictims', sample.victims({ harm: 'injured' }), third.id);
  await ask('MergeIncident', { into: second.id, reason: 'The same shooting' }, third.id);
  await ask('MergeIncident', { into: first.id, reason: 'The same shooting' }, second.id);
  expect(await answered()).toMatchObject({
    groups: [{ incidents: 1, victims: [{ harm: 'killed', min: 3 }] }],
    // The killed of the second were assessed of the first too; the injured of the third were not.
    merged: { incidents: 2, figuresNotCarriedOver: 1 },
  });
  expect((await answered({ harm: 'killed' })).merged).toEqual({ incidents: 1, figuresNotCarriedOver: 0 });
  await ask('AssessVictims', sample.victims({ harm: 'injured' }), first.id);
  expect((await answered()).merged).toEqual({ incidents: 2, figuresNotCarriedOver: 0 });
  await ask('ReverseMerge', { reason: 'Another day' }, second.id);
  expect(await answered()).toMatchObject({
    groups: [{ incidents: 2, victims: [{ harm: 'injured' }, { harm: 'killed', min: 6 }] }],
    merged: { incidents: 1, figuresNotCarriedOver: 1 },
  });
});

test('what was found refuted or unsubstantiated counts only where the status is asked for', async () => {
  const { ask } = views.office;
  for (const outcome of ['refuted', 'unsubstantiated', 'inconclusive']) {
    const { id } = await ask('RecordIncident', sample.incident({ title: outcome }));
    await ask('AssessVictims', sample.victims(), id);
    await ask('BeginVerification', {}, id, 'v.lind');
    await ask('AssessVerification', { outcome, method: 'Read all accounts', basis: [] }, id, 'v.lind');
  }
  expect(await statistics()).toMatchObject([{ incidents: 1, victims: [{ figures: 1, min: 3 }] }]);
  expect((await counted()).items).toHaveLength(1);
  expect(
    (await statistics({ by: 'status' })).map(({ group, incidents }) => [group.status, incidents]),
  ).toEqual([
    ['inconclusive', 1],
    ['refuted', 1],
    ['unsubstantiated', 1],
  ]);
  expect(await statistics({ status: 'refuted' })).toMatchObject([{ incidents: 1 }]);
  expect((await counted({ status: 'refuted' })).items).toHaveLength(1);
});

test('figures are given as they were recorded at a time', async () => {
  const { ask } = views.office;
  const { id } = await ask('RecordIncident', sample.incident());
  now = new Date('2025-04-01T00:00:00Z');
  await ask('AssessVictims', sample.victims(), id);
  now = new Date('2025-05-01T00:00:00Z');
  await ask('AssessVictims', sample.victims({ min: 9, best: 9, max: 9, standard: 'reasonableGrounds' }), id);
  now = new Date('2025-06-01T00:00:00Z');
  await ask(
    'CorrectIncident',
    { corrected: { period: { start: '2024-01-05', precision: 'day' } }, reason: 'Misread' },
    id,
  );
  const asOf = async (time: string) =>
    (await statistics({ by: 'standard,month', asOf: time })).map(({ group, incidents, victims }) => [
      group.standard,
      group.month,
      incidents,
      victims[0]?.min,
    ]);
  expect(await asOf('2025-02-01T00:00:00Z')).toEqual([]);
  expect(await asOf('2025-03-15T00:00:00Z')).toEqual([['notAssessed', '2025-02', 1, undefined]]);
  expect(await asOf('2025-04-15T00:00:00Z')).toEqual([['credible', '2025-02', 1, 3]]);
  expect(await asOf('2025-05-15T00:00:00Z')).toEqual([['reasonableGrounds', '2025-02', 1, 9]]);
  expect(await asOf('2025-06-15T00:00:00Z')).toEqual([['reasonableGrounds', '2024-01', 1, 9]]);
});

test('an unknown day or place is counted as unknown', async () => {
  const { ask } = views.office;
  await ask(
    'RecordIncident',
    sample.incident({ period: { precision: 'unknown' }, place: { precision: 'unknown' }, parties: [] }),
  );
  await ask('RecordIncident', sample.incident({ period: { start: '2025-01-01', precision: 'year' } }));
  const groups = await statistics({ by: 'month,country,party' });
  expect(groups.map(({ group }) => group)).toEqual([
    { month: 'unknown', country: 'XX', party: 'Northern Brigade' },
    { month: 'unknown', country: 'unknown', party: 'unknown' },
  ]);
});

test('a period that reaches into another month is in neither of the two', async () => {
  const { ask } = views.office;
  const periods = [
    { start: '2025-02-27', precision: 'week' },
    { start: '2025-02-20', end: '2025-02-28', precision: 'week' },
    { start: '2025-02-01', end: '2025-03-31', precision: 'month' },
    { start: '2024-12-10', end: '2025-02-10', precision: 'day' },
    { start: '2025-02-10', end: '2025-03-10', precision: 'year' },
  ];
  for (const period of periods) await ask('RecordIncident', sample.incident({ period }));
  const months = (await statistics({ by: 'month' })).map(({ group, incidents }) => [group.month, incidents]);
  expect(months).toEqual([
    ['2025-02', 1],
    ['several', 3],
    ['unknown', 1],
  ]);
  expect((await counted({ month: 'several' })).items).toHaveLength(3);
});

test('places of one name in two countries are two', async () => {
  const { ask } = views.office;
  for (const country of ['XX', 'YY'])
    await ask(
      'RecordIncident',
      sample.incident({ place: { name: 'Newtown', country, precision: 'locality' } }),
    );
  const { by, groups } = await answered({ by: 'place' });
  expect(by).toEqual(['place', 'country']);
  expect(groups).toMatchObject([
    { group: { place: 'Newtown', country: 'XX' }, incidents: 1 },
    { group: { place: 'Newtown', country: 'YY' }, incidents: 1 },
  ]);
  expect((await counted({ place: 'Newtown', country: 'XX' })).items).toHaveLength(1);
});

test('every figure names the incidents and the events behind it', async () => {
  const { ask } = views.office;
  const parties = ['Northern Brigade', 'River Guard'].map((party) => ({
    role: 'belligerent',
    party,
    basis: 'Communiqué',
  }));
  const { id, eventIds } = await ask('RecordIncident', sample.incident({ parties }));
  const assessed = await ask('AssessVictims', sample.victims(), id);
  await ask('AssessVictims', sample.victims({ harm: 'injured', min: 2, best: 2, max: 2 }), id);
  const [cell] = await statistics({ by: 'party,harm', party: 'River Guard', harm: 'killed' });
  expect(cell).toMatchObject({ incidents: 1, victims: [{ figures: 1, min: 3 }] });
  expect((await counted({ party: 'River Guard', harm: 'killed' })).items).toEqual([
    {
      incidentId: id,
      incident: { eventId: eventIds[0], position: '1' },
      assessment: expect.objectContaining({
        eventId: assessed.eventIds[0],
        position: '2',
        min: 3,
        sources: ['RVM-2025-014'],
        asOf: '2025-03-01',
      }),
    },
  ]);
  const first = await counted({ limit: '1' });
  const second = await counted({ limit: '1', cursor: first.next ?? '' });
  expect(new Set([first, second].map(({ items }) => items[0]?.assessment?.harm))).toEqual(
    new Set(['injured', 'killed']),
  );
  expect(second.next).toBeNull();
});

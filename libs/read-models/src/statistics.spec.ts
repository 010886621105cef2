import { array, constantFrom, nat, option, record, sample as generate } from 'fast-check';
import { Compile } from 'typebox/compile';
import * as sample from '../../../test/support/sample-commands.js';
import { openViews, type Views } from '../../../test/support/views.js';
import { parseCounted, parseStatistics } from './statistics-parameters.js';
import { countedPage, statisticsAnswer } from './statistics-query.js';

let views: Views;
let now = new Date('2025-03-01T00:00:00Z');
beforeEach(async () => {
  now = new Date('2025-03-01T00:00:00Z');
  views = await openViews({ now: () => now });
});
afterEach(() => views.close());

const statistics = async (query: Record<string, string> = {}) => {
  await views.settled();
  const { answer } = await views.models.queries.statistics(parseStatistics(query));
  expect([...Compile(statisticsAnswer).Errors(answer)]).toEqual([]);
  return answer.groups;
};
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
  expect(await statistics()).toEqual([
    {
      group: {},
      incidents: 0,
      victims: { figures: 0, min: 0, best: 0, withoutBest: 0, max: 0, withoutMax: 0 },
    },
  ]);
});

test('a later assessment takes the place of the earlier; an open maximum stays open', async () => {
  const { ask } = views.office;
  const { id } = await ask('RecordIncident', sample.incident());
  await ask('AssessVictims', sample.victims(), id);
  await ask('AssessVictims', sample.victims({ status: 'civilian', min: 1, best: 1, max: 1 }), id);
  expect((await statistics())[0]?.victims).toMatchObject({ figures: 2, min: 4, best: 5, max: 7 });
  await ask('AssessVictims', sample.victims({ min: 5, best: undefined, max: null }), id);
  expect((await statistics({ by: 'victimStatus' })).map(({ group, victims }) => [group, victims])).toEqual([
    [{ victimStatus: 'civilian' }, { figures: 1, min: 1, best: 1, withoutBest: 0, max: 1, withoutMax: 0 }],
    [
      { victimStatus: 'horsDeCombat' },
      { figures: 1, min: 5, best: 0, withoutBest: 1, max: null, withoutMax: 1 },
    ],
  ]);
  expect((await statistics())[0]).toMatchObject({
    incidents: 1,
    victims: { min: 6, max: null, withoutMax: 1 },
  });
});

test('merged incidents count once, and again when the merge is reversed', async () => {
  const { ask } = views.office;
  const first = await ask('RecordIncident', sample.incident());
  const second = await ask('RecordIncident', sample.incident({ title: 'The same, told again' }));
  for (const { id } of [first, second]) await ask('AssessVictims', sample.victims(), id);
  await ask('MergeIncident', { into: first.id, reason: 'The same shooting' }, second.id);
  expect((await statistics())[0]).toMatchObject({ incidents: 1, victims: { min: 3 } });
  await ask('ReverseMerge', { into: first.id, reason: 'Another day' }, second.id);
  expect((await statistics())[0]).toMatchObject({ incidents: 2, victims: { min: 6 } });
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
      victims.min,
    ]);
  expect(await asOf('2025-02-01T00:00:00Z')).toEqual([]);
  expect(await asOf('2025-03-15T00:00:00Z')).toEqual([['notAssessed', '2025-02', 1, 0]]);
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
  expect(cell).toMatchObject({ incidents: 1, victims: { figures: 1, min: 3 } });
  expect((await counted({ party: 'River Guard', harm: 'killed' })).items).toEqual([
    {
      incidentId: id,
      incident: { eventId: eventIds[0], position: '1' },
      assessment: expect.objectContaining({ eventId: assessed.eventIds[0], position: '2', min: 3 }),
    },
  ]);
  const first = await counted({ limit: '1' });
  const second = await counted({ limit: '1', cursor: first.next ?? '' });
  expect(new Set([first, second].map(({ items }) => items[0]?.assessment?.harm))).toEqual(
    new Set(['injured', 'killed']),
  );
  expect(second.next).toBeNull();
});

test('sums agree with a count made beside them, for any history', async () => {
  const { ask } = views.office;
  const harms = ['killed', 'injured'] as const;
  const assessments = array(
    record({
      incident: nat(4),
      harm: constantFrom(...harms),
      min: nat(50),
      more: option(nat(20), { nil: null }),
    }),
    { minLength: 20, maxLength: 40 },
  );
  const [history = []] = generate(assessments, { numRuns: 1, seed: 20250301 });
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1)
    ids.push((await ask('RecordIncident', sample.incident({ title: `No ${n}` }))).id);
  const last = new Map<string, { harm: string; min: number; max: number | null }>();
  for (const { incident, harm, min, more } of history) {
    const max = more === null ? null : min + more;
    await ask('AssessVictims', sample.victims({ harm, min, best: min, max }), ids[incident]);
    last.set(`${incident}/${harm}`, { harm, min, max });
  }
  const expected = harms.map((harm) => {
    const figures = [...last.values()].filter((figure) => figure.harm === harm);
    const isOpen = figures.some(({ max }) => max === null);
    return {
      harm,
      figures: figures.length,
      min: figures.reduce((sum, { min }) => sum + min, 0),
      max: isOpen ? null : figures.reduce((sum, { max }) => sum + (max ?? 0), 0),
    };
  });
  const groups = (await statistics({ by: 'harm' })).filter(({ group }) => group.harm !== 'notAssessed');
  expect(
    groups.map(({ group, victims: { figures, min, max } }) => ({ harm: group.harm, figures, min, max })),
  ).toEqual(expected.toSorted((a, b) => (a.harm < b.harm ? -1 : 1)));
});

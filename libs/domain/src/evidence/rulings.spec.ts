import { rulingBefore } from './rulings.js';

const forum = 'International Criminal Court';
type Ruling = Parameters<typeof rulingBefore>[0][number];
const ruled = (decision: Ruling['decision'], over: Partial<Ruling> = {}): Ruling => ({
  forum,
  proceeding: 'ICC-1',
  decision,
  ground: 'Article 69',
  irregularities: [],
  ...over,
});
const on = (ruledOn: string) => ({ ruledOn });
const elsewhere = { proceeding: 'ICC-2' };
const future = { ruledOn: '2052-02-27', irregularities: ['date-in-future'] };

test.each<[string, Ruling[], ReturnType<typeof rulingBefore>]>([
  ['no ruling decides nothing', [], undefined],
  ['a ruling reserved decides nothing', [ruled('reserved')], undefined],
  ['an admission in part is one', [ruled('admittedInPart')], 'admitted'],
  ['another forum does not count', [ruled('excluded', { forum: 'A national court' })], undefined],
  [
    'a forum is the same however it is written',
    [ruled('excluded', { forum: ' INTERNATIONAL criminal court' })],
    'excluded',
  ],
  ['the later entered of two undated ones holds', [ruled('excluded'), ruled('admitted')], 'admitted'],
  [
    'the later entered of one day holds',
    [ruled('excluded', on('2025-02-27T10:00:00Z')), ruled('admitted', on('2025-02-27'))],
    'admitted',
  ],
  [
    'an older ruling that is entered late does not hold',
    [ruled('excluded', on('2025-02-27')), ruled('admitted', on('2024-12-03'))],
    'excluded',
  ],
  [
    'nor does it after one without a day',
    [ruled('admitted', on('2025-02-27')), ruled('excluded'), ruled('admitted', on('2024-12-03'))],
    'excluded',
  ],
  ['one proceeding that excludes is enough', [ruled('excluded'), ruled('admitted', elsewhere)], 'excluded'],
  [
    'one proceeding does not undo the ruling of another',
    [ruled('excluded', on('2025-02-01')), ruled('admitted', { ...elsewhere, ...on('2025-02-27') })],
    'excluded',
  ],
  [
    'a proceeding is the same however it is written',
    [ruled('excluded'), ruled('admitted', { proceeding: 'icc-1 ' })],
    'admitted',
  ],
  ['what is reserved replaces no decision', [ruled('excluded'), ruled('reserved')], 'excluded'],
  ['nor an admission', [ruled('admitted'), ruled('reserved')], 'admitted'],
  ['an admission dated in the future admits nothing', [ruled('admitted', future)], undefined],
  [
    'nor does it undo an exclusion',
    [ruled('excluded', on('2025-02-27')), ruled('admitted', future)],
    'excluded',
  ],
  ['an exclusion dated in the future excludes', [ruled('excluded', future)], 'excluded'],
  ['but a later one undoes it', [ruled('excluded', future), ruled('admitted', on('2025-03-01'))], 'admitted'],
])('%s', (_, rulings, expected) => expect(rulingBefore(rulings, forum)).toBe(expected));

import { given, moment, nothingGiven } from '#event-sourcing/testing';
import { filed, sampleId } from '../testing/samples.js';
import { allegation } from './allegation.js';
import { fileAllegation } from './file-allegation.js';

const { restrictions: _, filedAt: __, ...words } = filed().data;

test('a claim is taken down as it was made', () =>
  nothingGiven.when(fileAllegation, words).then(filed({ filedAt: moment })));

test('a claim comes with what its provider demands', () => {
  const restrictions = [
    {
      kind: 'originatorControl' as const,
      provider: 'River Valley Monitor',
      permits: ['State Prosecutor'],
      legalBasis: 'Agreement of 2025-01-05',
    },
  ];
  return nothingGiven
    .when(fileAllegation, { ...words, restrictions })
    .then(filed({ restrictions, filedAt: moment }));
});

test('the same words filed again are another allegation', () =>
  given(allegation, filed())
    .when(fileAllegation, words)
    .then(filed({ filedAt: moment })));

test('an informant is a pseudonymous id', () =>
  nothingGiven
    .when(fileAllegation, {
      ...words,
      source: { kind: 'individual', informantId: 'John Smith', reference: 'call 7' },
    })
    .invalid('/source/informantId'));

test('a figure whose best guess is over its maximum is refused where it stands', () =>
  nothingGiven
    .when(fileAllegation, {
      ...words,
      source: { kind: 'individual', informantId: sampleId('informant'), reference: 'call 7' },
      claimed: {
        scope: 'occurrence',
        figures: [{ harm: 'killed', status: 'unknown', min: 1, best: 5, max: 4 }],
      },
    })
    .invalid('/claimed/figures/0'));

import { given } from '#event-sourcing/testing';
import { filed } from '../testing/samples.js';
import { allegation, AllegationWithdrawn } from './allegation.js';
import { withdrawAllegation } from './withdraw-allegation.js';

const words = { withdrawnOn: '2025-02-25', reason: 'The source says it mistook the place' };

test('the source takes its words back', () =>
  given(allegation, filed())
    .when(withdrawAllegation, words)
    .then(AllegationWithdrawn({ ...words, irregularities: [] })));

test('the same withdrawal again changes nothing', () =>
  given(allegation, filed(), AllegationWithdrawn({ ...words, irregularities: [] }))
    .when(withdrawAllegation, words)
    .nothing());

test('what the source says of its withdrawal later is recorded too', () => {
  const later = { ...words, reason: 'The source says it was pressed to withdraw' };
  return given(allegation, filed(), AllegationWithdrawn({ ...words, irregularities: [] }))
    .when(withdrawAllegation, later)
    .then(AllegationWithdrawn({ ...later, irregularities: [] }));
});

test('a withdrawal dated in the future is recorded, as irregular', () => {
  const future = { ...words, withdrawnOn: '2025-03-02' };
  return given(allegation, filed())
    .when(withdrawAllegation, future)
    .then(AllegationWithdrawn({ ...future, irregularities: ['date-in-future'] }));
});

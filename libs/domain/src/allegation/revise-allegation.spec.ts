import { given } from '#event-sourcing/testing';
import { filed } from '../testing/samples.js';
import { allegation, AllegationRevised, AllegationWithdrawn } from './allegation.js';
import { reviseAllegation } from './revise-allegation.js';

const { summary, claimed } = filed().data;
const raised = { ...claimed, figures: [{ ...claimed.figures[0]!, min: 5 }] };
const withdrawn = AllegationWithdrawn({ reason: 'Retracted by its editors', irregularities: [] });

test('a revision records what differs, and no more', () =>
  given(allegation, filed())
    .when(reviseAllegation, { changes: { summary, claimed: raised }, sourceVersion: '2' })
    .then(AllegationRevised({ changes: { claimed: raised }, sourceVersion: '2', irregularities: [] })));

test('a new version of the source that says the same is recorded as such', () =>
  given(allegation, filed())
    .when(reviseAllegation, { changes: { summary }, sourceVersion: '2' })
    .then(AllegationRevised({ changes: {}, sourceVersion: '2', irregularities: [] })));

test('the same revision again changes nothing', () =>
  given(
    allegation,
    filed(),
    AllegationRevised({ changes: { claimed: raised }, sourceVersion: '2', irregularities: [] }),
  )
    .when(reviseAllegation, { changes: { claimed: raised }, sourceVersion: '2' })
    .nothing());

test('a revision after the withdrawal is recorded, as irregular', () =>
  given(allegation, filed(), withdrawn)
    .when(reviseAllegation, { changes: { claimed: raised }, sourceVersion: '2' })
    .then(
      AllegationRevised({
        changes: { claimed: raised },
        sourceVersion: '2',
        irregularities: ['allegation-withdrawn'],
      }),
    ));

test('a revision changes something, and only what the source said', async () => {
  const revision = given(allegation, filed());
  await revision.when(reviseAllegation, { changes: {}, sourceVersion: '2' }).invalid('/changes');
  const filedAt: object = { filedAt: '2025-01-01T00:00:00.000Z' };
  await revision.when(reviseAllegation, { changes: filedAt, sourceVersion: '2' }).invalid('/changes/filedAt');
});

import { given } from '#event-sourcing/testing';
import { allegation, AllegationTriaged, AllegationWithdrawn } from '../allegation/allegation.js';
import { closed, opened, suspended } from '../testing/case.js';
import { filed, sampleId } from '../testing/samples.js';
import { acceptAllegation } from './accept-allegation.js';
import { AllegationAccepted, investigation } from './investigation.js';

const account = { allegationId: sampleId('account') };
const triaged = (decision: 'accepted' | 'rejected') => AllegationTriaged({ decision, reason: 'First look' });
const withdrawn = AllegationWithdrawn({ reason: 'Retracted', irregularities: [] });

test('an allegation accepted at triage becomes part of the case', () =>
  given(investigation, opened)
    .and(allegation, account.allegationId, filed(), triaged('accepted'))
    .when(acceptAllegation, account)
    .then(AllegationAccepted(account)));

test('the same allegation again changes nothing, withdrawn or not', () =>
  given(investigation, opened, AllegationAccepted(account))
    .and(allegation, account.allegationId, filed(), triaged('accepted'), withdrawn)
    .when(acceptAllegation, account)
    .nothing());

test('the allegation has to exist', () =>
  given(investigation, opened).when(acceptAllegation, account).refused('allegation-unknown'));

test('a withdrawn allegation is not taken in', () =>
  given(investigation, opened)
    .and(allegation, account.allegationId, filed(), triaged('accepted'), withdrawn)
    .when(acceptAllegation, account)
    .refused('allegation-withdrawn'));

test('an allegation that triage has not accepted is not taken in', async () => {
  const untriaged = given(investigation, opened).and(allegation, account.allegationId, filed());
  await untriaged.when(acceptAllegation, account).refused('allegation-not-accepted');
  const rejected = given(investigation, opened).and(
    allegation,
    account.allegationId,
    filed(),
    triaged('rejected'),
  );
  await rejected.when(acceptAllegation, account).refused('allegation-not-accepted');
});

test('neither a closed nor a suspended case takes it in', async () => {
  await given(investigation, opened, closed).when(acceptAllegation, account).refused('investigation-closed');
  await given(investigation, opened, suspended)
    .when(acceptAllegation, account)
    .refused('investigation-suspended');
});

import { given, moment } from '#event-sourcing/testing';
import { requestId } from '../testing/case.js';
import { registeredWitness } from '../testing/witness.js';
import { assessRisk } from './assess-risk.js';
import { IdentityErased, RiskAssessed, witness } from './witness.js';

const high = {
  level: 'high' as const,
  threats: ['intimidation' as const, 'exposure' as const],
  reviewBy: '2025-04-01',
};

test('a risk is assessed, until it is to be assessed anew', async () => {
  await given(witness, registeredWitness)
    .when(assessRisk, high)
    .then(RiskAssessed({ ...high, assessedOn: moment }));
  await given(witness, registeredWitness)
    .when(assessRisk, { ...high, assessedOn: '2025-02-27', notes: 'Strangers asked around' })
    .then(RiskAssessed({ ...high, assessedOn: '2025-02-27', notes: 'Strangers asked around' }));
});

test('the same assessment again changes nothing, another takes its place', async () => {
  const history = given(witness, registeredWitness, RiskAssessed({ ...high, assessedOn: '2025-02-27' }));
  await history.when(assessRisk, high).nothing();
  await history.when(assessRisk, { ...high, assessedOn: '2025-02-27' }).nothing();
  await history
    .when(assessRisk, { ...high, assessedOn: '2025-02-28' })
    .then(RiskAssessed({ ...high, assessedOn: '2025-02-28' }));
});

test('not in the future, and not to be reviewed in the past', async () => {
  const history = given(witness, registeredWitness);
  await history.when(assessRisk, { ...high, assessedOn: '2025-03-02' }).refused('date-in-future');
  await history.when(assessRisk, { ...high, reviewBy: '2025-02-28' }).refused('review-date-past');
});

test('not of somebody nobody knows any more', () =>
  given(witness, registeredWitness, IdentityErased({ requestId, reason: 'A wish' }))
    .when(assessRisk, high)
    .refused('identity-erased'));

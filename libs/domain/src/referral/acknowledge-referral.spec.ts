import {
  byApprover,
  byDrafter,
  givenReferral,
  referralAfter,
  drafted,
  referred,
} from '../../../../test/support/handover.js';
import { acknowledgeReferral } from './acknowledge-referral.js';
import { ReferralAcknowledged, ReferralDeclined } from './referral.js';

const sent = [byDrafter, byApprover, referred];
const act = { reference: 'RWC 7/2025', on: '2025-03-01', by: 'Registry' };
const acknowledged = (...irregularities: string[]) => ReferralAcknowledged({ ...act, irregularities });

test('the recipient says that it has the case', () =>
  givenReferral(sent).when(acknowledgeReferral, act).then(acknowledged()));

test('the same acknowledgement again is the same', () =>
  givenReferral([...sent, acknowledged()])
    .when(acknowledgeReferral, act)
    .nothing());

test('before it was sent it is on record as irregular, and no step', async () => {
  await givenReferral([byDrafter])
    .when(acknowledgeReferral, act)
    .then(acknowledged('referral-not-transmitted'));
  expect(referralAfter(drafted(), acknowledged()).status).toBe('drafted');
  expect(referralAfter(drafted(), referred, acknowledged()).status).toBe('acknowledged');
});

test('a day before it was sent, and one to come, are irregular', async () => {
  await givenReferral(sent)
    .when(acknowledgeReferral, { on: '2025-02-28' })
    .then(ReferralAcknowledged({ on: '2025-02-28', irregularities: ['before-transmission'] }));
  await givenReferral(sent)
    .when(acknowledgeReferral, { on: '2025-03-02' })
    .then(ReferralAcknowledged({ on: '2025-03-02', irregularities: ['date-in-future'] }));
});

test('so is one by a recipient that had declined', () =>
  givenReferral([...sent, ReferralDeclined({ reason: 'No capacity', irregularities: [] })])
    .when(acknowledgeReferral, act)
    .then(acknowledged('referral-declined')));

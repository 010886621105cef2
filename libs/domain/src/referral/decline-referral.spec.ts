import {
  byApprover,
  byDrafter,
  drafted,
  givenReferral,
  referralAfter,
  referred,
} from '../../../../test/support/handover.js';
import { declineReferral } from './decline-referral.js';
import { ReferralDeclined } from './referral.js';

const sent = [byDrafter, byApprover, referred];
const act = { reason: 'Outside its jurisdiction', on: '2025-03-01' };
const declined = (...irregularities: string[]) => ReferralDeclined({ ...act, irregularities });

test('the recipient does not take the case', async () => {
  await givenReferral(sent).when(declineReferral, act).then(declined());
  expect(referralAfter(drafted(), referred, declined()).status).toBe('declined');
});

test('declined in the same words is declined', () =>
  givenReferral([...sent, declined()])
    .when(declineReferral, act)
    .nothing());

test('before it was sent it is irregular', () =>
  givenReferral([byDrafter]).when(declineReferral, act).then(declined('referral-not-transmitted')));

import { ConflictOfInterestDeclared } from '../investigation/investigation.js';
import {
  byApprover,
  byDrafter,
  givenReferral,
  histories,
  referred,
} from '../../../../test/support/handover.js';
import { ReferralWithdrawn } from './referral.js';
import { withdrawReferral } from './withdraw-referral.js';

const why = { reason: 'The chamber has no jurisdiction' };
const withdrawn = ReferralWithdrawn(why);

test('what was not sent is withdrawn, approved or not', async () => {
  await givenReferral([byDrafter]).when(withdrawReferral, why).then(withdrawn);
  await givenReferral([byDrafter, byApprover]).when(withdrawReferral, why).then(withdrawn);
});

test('withdrawn is withdrawn, for the reason that was given', async () => {
  await givenReferral([byDrafter, withdrawn]).when(withdrawReferral, why).nothing();
  await givenReferral([byDrafter, withdrawn])
    .when(withdrawReferral, { reason: 'Another reason' })
    .refused('referral-withdrawn');
});

test('what was sent stays sent', () =>
  givenReferral([byDrafter, byApprover, referred])
    .when(withdrawReferral, why)
    .refused('referral-transmitted'));

test('who declared a conflict of interest withdraws nothing', () => {
  const conflict = ConflictOfInterestDeclared({ member: 'vega', reason: 'A relative', irregularities: [] });
  return givenReferral([byDrafter], { subject: [...histories.subject, conflict] })
    .when(withdrawReferral, why, { actor: 'vega' })
    .refused('conflict-of-interest');
});

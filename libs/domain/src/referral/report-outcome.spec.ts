import { byApprover, byDrafter, givenReferral, referred } from '../../../../test/support/handover.js';
import { OutcomeReported, ReferralDeclined } from './referral.js';
import { reportOutcome } from './report-outcome.js';

const sent = [byDrafter, byApprover, referred];
const opened = { outcome: 'investigationOpened', on: '2025-03-01', summary: 'File RWC 7/2025' } as const;
const convicted = { outcome: 'convicted', summary: 'Two of three accused' } as const;
const reported = (act: typeof opened | typeof convicted, ...irregularities: string[]) =>
  OutcomeReported({ ...act, irregularities });

test('a recipient reports again and again', () =>
  givenReferral([...sent, reported(opened)])
    .when(reportOutcome, convicted)
    .then(reported(convicted)));

test('the same report again is the same', () =>
  givenReferral([...sent, reported(opened), reported(convicted)])
    .when(reportOutcome, opened)
    .nothing());

test('of what was not sent, or was declined, it is irregular', async () => {
  await givenReferral([byDrafter])
    .when(reportOutcome, opened)
    .then(reported(opened, 'referral-not-transmitted'));
  await givenReferral([...sent, ReferralDeclined({ reason: 'No capacity', irregularities: [] })])
    .when(reportOutcome, opened)
    .then(reported(opened, 'referral-declined'));
});

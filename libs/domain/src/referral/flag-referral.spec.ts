import { derivedId } from '#event-sourcing';
import {
  byDrafter,
  concern,
  concernId,
  drafted,
  flagged,
  givenReferral,
  histories,
  referralAfter,
  referred,
} from '../../../../test/support/handover.js';
import { ConflictOfInterestDeclared } from '../investigation/investigation.js';
import { flagReferral } from './flag-referral.js';
import {
  ReferralDeclined,
  ReferralFlagCleared,
  ReferralFlagged,
  ReferralWithdrawn,
  ReturnRequested,
} from './referral.js';

/** The id that the test's first command gives its flag. */
const flagId = derivedId('part', derivedId('test', 'command', 'first'), 'flag');
const raised = ReferralFlagged({ flagId, ground: 'concern', ...concern });
const cleared = ReferralFlagCleared({ flagId: concernId, reason: 'The archive had it wrong' });

test('a referral is flagged, before it is sent and afterwards', async () => {
  await givenReferral([byDrafter]).when(flagReferral, concern).then(raised);
  await givenReferral([byDrafter, referred]).when(flagReferral, concern).then(raised);
  const { subject } = referralAfter(drafted());
  await givenReferral([byDrafter, referred, ReturnRequested({ reason: 'A part of it', items: [subject] })])
    .when(flagReferral, concern)
    .then(raised);
});

test('the same concern again is the same flag, until it is cleared', async () => {
  await givenReferral([byDrafter, flagged]).when(flagReferral, concern).nothing();
  await givenReferral([byDrafter, flagged, cleared]).when(flagReferral, concern).then(raised);
});

test('where nothing is handed on any more, there is nothing to look at', async () => {
  await givenReferral([byDrafter, ReferralWithdrawn({ reason: 'Another forum' })])
    .when(flagReferral, concern)
    .refused('referral-withdrawn');
  await givenReferral([byDrafter, referred, ReferralDeclined({ reason: 'No capacity', irregularities: [] })])
    .when(flagReferral, concern)
    .refused('referral-declined');
  await givenReferral([byDrafter, referred, ReturnRequested({ reason: 'The agreement has ended' })])
    .when(flagReferral, concern)
    .refused('referral-return-requested');
});

test('who declared a conflict of interest flags nothing', () => {
  const conflict = ConflictOfInterestDeclared({ member: 'vega', reason: 'A relative', irregularities: [] });
  return givenReferral([byDrafter], { subject: [...histories.subject, conflict] })
    .when(flagReferral, concern, { actor: 'vega' })
    .refused('conflict-of-interest');
});

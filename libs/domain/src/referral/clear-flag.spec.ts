import {
  byDrafter,
  concernId,
  flagged,
  givenReferral,
  histories,
} from '../../../../test/support/handover.js';
import { ConflictOfInterestDeclared } from '../investigation/investigation.js';
import { sampleId } from '../testing/samples.js';
import { clearFlag } from './clear-flag.js';
import { ReferralFlagCleared } from './referral.js';

const looked = { flagId: concernId, reason: 'The archive had it wrong' };
const cleared = ReferralFlagCleared(looked);

test('a flag is cleared with the reason why the referral may go on', () =>
  givenReferral([byDrafter, flagged]).when(clearFlag, looked).then(cleared));

test('cleared is cleared, whatever the reason', () =>
  givenReferral([byDrafter, flagged, cleared])
    .when(clearFlag, { ...looked, reason: 'Looked at once more' })
    .nothing());

test('what is not flagged cannot be cleared', () =>
  givenReferral([byDrafter, flagged])
    .when(clearFlag, { ...looked, flagId: sampleId('another flag') })
    .refused('flag-unknown'));

test('who declared a conflict of interest clears nothing', () => {
  const conflict = ConflictOfInterestDeclared({ member: 'vega', reason: 'A relative', irregularities: [] });
  return givenReferral([byDrafter, flagged], { subject: [...histories.subject, conflict] })
    .when(clearFlag, looked, { actor: 'vega' })
    .refused('conflict-of-interest');
});

import { derivedId, type DomainEvent, streamOf } from '#event-sourcing';
import {
  byDrafter,
  consented,
  consentId,
  givenReferral,
  person,
  recipient,
  referralAfter,
  drafted,
  referred,
} from '../../../../test/support/handover.js';
import { sampleId } from '../testing/samples.js';
import { witness } from '../witness/witness.js';
import { flagWithdrawnConsent, recipientConsentedTo, recipientOf } from './flag-withdrawn-consent.js';
import {
  openFlags,
  ReferralDeclined,
  ReferralFlagCleared,
  ReferralFlagged,
  ReferralWithdrawn,
  ReturnRequested,
} from './referral.js';

const about = streamOf(witness.category, person);
const flagId = derivedId('part', derivedId('test', 'command', 'first'), 'flag');
const withdrawal = { witnessId: person, consentId };
const raised = ReferralFlagged({ flagId, ground: 'consentWithdrawn', about, consentId });

test('a consent that is taken back flags the referral that may rest on it', async () => {
  await givenReferral([byDrafter]).when(flagWithdrawnConsent, withdrawal).then(raised);
  await givenReferral([byDrafter, referred]).when(flagWithdrawnConsent, withdrawal).then(raised);
});

test('it flags it once, also when somebody has cleared the flag', async () => {
  await givenReferral([byDrafter, raised]).when(flagWithdrawnConsent, withdrawal).nothing();
  await givenReferral([byDrafter, raised, ReferralFlagCleared({ flagId, reason: 'Consented anew' })])
    .when(flagWithdrawnConsent, withdrawal)
    .nothing();
  const another = { ...withdrawal, consentId: sampleId('another consent') };
  await givenReferral([byDrafter, raised])
    .when(flagWithdrawnConsent, another)
    .then(ReferralFlagged({ flagId, ground: 'consentWithdrawn', about, consentId: another.consentId }));
});

test('what was withdrawn, declined or asked back rests on nothing', async () => {
  const returned = (items?: string[]) => ReturnRequested({ reason: 'It ended', ...(items ? { items } : {}) });
  for (const end of [
    ReferralWithdrawn({ reason: 'Another forum' }),
    ReferralDeclined({ reason: 'No capacity', irregularities: [] }),
    returned(),
    returned([about]),
  ])
    await givenReferral([byDrafter, referred, end]).when(flagWithdrawnConsent, withdrawal).nothing();
  const { subject } = referralAfter(drafted());
  await givenReferral([byDrafter, referred, returned([subject])])
    .when(flagWithdrawnConsent, withdrawal)
    .then(raised);
});

test('a flag is open until it is cleared, or what it is about is asked back', () => {
  const open = (...events: readonly DomainEvent[]) =>
    openFlags(referralAfter(drafted(), referred, raised, ...events)).map((found) => found.flagId);
  expect(open()).toEqual([flagId]);
  expect(open(ReferralFlagCleared({ flagId, reason: 'Consented anew' }))).toEqual([]);
  expect(open(ReturnRequested({ reason: 'Withdrawn', items: [about] }))).toEqual([]);
});

test('a referral rests on a consent to share what was said with its recipient, however that is written', () => {
  const { data } = consented({ recipient: ` ${recipient.toUpperCase()}` });
  expect(recipientConsentedTo(data)).toBe(recipientOf({ recipient }));
  expect(recipientConsentedTo({ ...data, purpose: 'interview' })).toBeUndefined();
  expect(recipientConsentedTo({ ...data, scope: ['identity'] })).toBeUndefined();
  expect(recipientConsentedTo({ ...data, irregularities: ['date-in-future'] })).toBeUndefined();
});

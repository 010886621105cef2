import { by, moment } from '#event-sourcing/testing';
import { EvidenceRestricted, IntegrityBreachDetected } from '../evidence/evidence.js';
import {
  ConflictOfInterestDeclared,
  EvidenceLinked,
  InvestigationAdvanced,
  LeadAssigned,
} from '../investigation/investigation.js';
import { video } from '../testing/case.js';
import { filed, sampleId } from '../testing/samples.js';
import {
  byApprover,
  byDrafter,
  concernId,
  consented,
  consentId,
  copy,
  expiresAt,
  flagged,
  givenReferral,
  histories,
  interviewed,
  type Histories,
  named,
  recipient,
  referralAfter,
  referred,
  drafted,
  statesOf,
} from '../../../../test/support/handover.js';
import { ConsentWithdrawn, IdentityErased } from '../witness/witness.js';
import { firstOf } from './guards.js';
import { ReferralApproved, ReferralFlagCleared, ReferralWithdrawn } from './referral.js';
import { transmissionBlocks } from './transmission-blocks.js';
import { transmitReferral } from './transmit-referral.js';

const byCourier = { channel: 'courier' } as const;
const approved = [byDrafter, byApprover];
const demand = { kind: 'originatorControl' as const, provider: 'Monitor', legalBasis: 'Agreement' };
const restricted = (permits: string[]) =>
  EvidenceRestricted({ restrictionId: sampleId('restriction'), ...demand, permits });
const breach = (copyId?: string) =>
  IntegrityBreachDetected({
    breachId: sampleId('breach'),
    ...(copyId === undefined ? {} : { copyId }),
    by: 'check',
    kind: 'digest',
    expected: {},
    found: {},
    checkedAt: moment,
  });
const withdrawn = ConsentWithdrawn({ consentId, withdrawnAt: moment });
const erased = IdentityErased({ requestId: sampleId('erasure'), reason: 'Asked for' });

test('what was approved goes to its recipient', () =>
  givenReferral(approved).when(transmitReferral, byCourier).then(referred));

test('sent is sent', async () => {
  await givenReferral([...approved, referred])
    .when(transmitReferral, byCourier)
    .nothing();
  await givenReferral([...approved, referred])
    .when(transmitReferral, { channel: 'diplomatic' })
    .refused('referral-transmitted');
});

test('nothing is sent that no second person approved, or approved too long ago', async () => {
  await givenReferral([byDrafter]).when(transmitReferral, byCourier).refused('referral-not-approved');
  await givenReferral(approved)
    .when(transmitReferral, byCourier, { now: expiresAt })
    .refused('approval-expired');
});

test('what is flagged is not sent before somebody has looked', async () => {
  await givenReferral([...approved, flagged])
    .when(transmitReferral, byCourier)
    .refused('referral-flagged');
  await givenReferral([...approved, flagged, ReferralFlagCleared({ flagId: concernId, reason: 'Checked' })])
    .when(transmitReferral, byCourier)
    .then(referred);
});

test('what was withdrawn is not sent', () =>
  givenReferral([...approved, ReferralWithdrawn({ reason: 'Another forum' })])
    .when(transmitReferral, byCourier)
    .refused('referral-withdrawn'));

test('a case that has moved is not what was approved; who leads it is no matter', async () => {
  const advanced = InvestigationAdvanced({ from: 'opened', to: 'preliminaryExamination' });
  await givenReferral(approved, { subject: [...histories.subject, advanced] })
    .when(transmitReferral, byCourier)
    .refused('manifest-moved');
  await givenReferral(approved, { subject: [...histories.subject, LeadAssigned({ lead: 'vega' })] })
    .when(transmitReferral, byCourier)
    .then(referred);
});

test.each(['vega', 'drafter', 'approver'])('a conflict of interest of %s is in the way', (member) =>
  givenReferral(approved, {
    subject: [
      ...histories.subject,
      ConflictOfInterestDeclared({ member, reason: 'A relative', irregularities: [] }),
    ],
  })
    .when(transmitReferral, byCourier, { actor: 'vega' })
    .refused(member === 'vega' ? 'conflict-of-interest' : 'asker-conflicted'),
);

/** A referral that was drafted and approved when this had happened already. */
function approvedAfter(happened: Partial<Histories>) {
  const all = { ...histories, ...happened };
  const event = drafted(all);
  const hash = referralAfter(event).manifestHash;
  const history = [by('drafter', event), by('approver', ReferralApproved({ manifestHash: hash, expiresAt }))];
  return givenReferral(history, happened);
}

test.each<[string, Partial<Histories>]>([
  ['a demand that permits nobody', { item: [...histories.item, restricted([])] }],
  ['a demand that permits others', { item: [...histories.item, restricted(['Truth Commission'])] }],
  ['a quarantine', { item: [...histories.item, breach()] }],
  ['a quarantine of a copy that goes along', { item: [...histories.item, breach(copy)] }],
  ["a source's demand", { claim: [filed({ restrictions: [{ ...demand, kind: 'leadOnly', permits: [] }] })] }],
  ['a missing consent', { person: [named, interviewed()] }],
  ['a consent for others', { person: [named, interviewed(), consented({ recipient: 'Truth Commission' })] }],
  ['a consent to something else', { person: [named, interviewed(), consented({ purpose: 'testimony' })] }],
  ['a consent that covers less', { person: [named, interviewed(), consented({ scope: ['contact'] })] }],
  ['a consent that is over', { person: [named, interviewed(), consented({ until: '2025-02-28' })] }],
  ['a withdrawn consent', { person: [...histories.person, withdrawn] }],
  ['an erased witness', { person: [...histories.person, erased] }],
  [
    'a recording without consent to it',
    { person: [named, interviewed({ recordingEvidenceId: video }), consented()] },
  ],
])('%s blocks it, also where it was there when it was approved', (_, happened) =>
  approvedAfter(happened).when(transmitReferral, byCourier).refused('transmission-blocked'),
);

test.each<[string, Partial<Histories>]>([
  [
    'a demand that permits the recipient',
    { item: [...histories.item, restricted([` ${recipient.toUpperCase()}`])] },
  ],
  [
    'a consent that covers the recording',
    {
      person: [
        named,
        interviewed({ recordingEvidenceId: video }),
        consented({ scope: ['statement', 'recording'] }),
      ],
    },
  ],
])('%s does not', async (_, happened) => {
  const manifest = referralAfter(drafted({ ...histories, ...happened }));
  await approvedAfter(happened)
    .when(transmitReferral, byCourier)
    .then({ ...referred, data: { ...referred.data, manifestHash: manifest.manifestHash } });
});

test('what lost the race against the decision blocks the delivery, which asks the same', () => {
  const sent = referralAfter(drafted());
  const blocksAfter = (happened: Partial<Histories>) =>
    transmissionBlocks(sent, statesOf({ ...histories, ...happened }), moment).map(({ reason }) => reason);
  expect(blocksAfter({})).toEqual([]);
  expect(blocksAfter({ person: [...histories.person, withdrawn] })).toEqual(['consentMissing']);
  expect(blocksAfter({ person: [...histories.person, erased] })).toEqual(['erased']);
  expect(blocksAfter({ item: [...histories.item, restricted([])] })).toEqual(['restricted']);
  expect(blocksAfter({ item: [...histories.item, breach()] })).toEqual(['quarantined', 'contentBroken']);
  const statement = { witnessId: sampleId('another'), interviewId: sampleId('interview') };
  const said = EvidenceLinked({ evidenceId: video, relevance: 'Account', bearing: 'context', statement });
  expect(blocksAfter({ subject: [...histories.subject, said] })).toEqual(['statementWithoutWitness']);
});

test('what is no longer on record is not delivered', () => {
  const missing = { ...statesOf(), claims: [undefined], items: [undefined], people: [undefined] };
  expect(transmissionBlocks(referralAfter(drafted()), missing, moment).map(({ reason }) => reason)).toEqual([
    'missing',
    'missing',
    'missing',
  ]);
});

test('a refusal names the first ten and how many more there are', () => {
  const all = Array.from({ length: 12 }, (_, index) => `item ${index}`);
  expect(firstOf(all)).toBe(`${all.slice(0, 10).join('; ')}; and 2 more`);
});

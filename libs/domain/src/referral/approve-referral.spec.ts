import { CustodyOffered, EvidenceRestricted, IntegrityChecked } from '../evidence/evidence.js';
import {
  BearingReassessed,
  ConflictOfInterestDeclared,
  LeadAssigned,
  MemberAssigned,
} from '../investigation/investigation.js';
import { by, moment } from '#event-sourcing/testing';
import { video } from '../testing/case.js';
import { sampleId } from '../testing/samples.js';
import {
  byApprover,
  byDrafter,
  concernId,
  consented,
  expiresAt,
  flagged,
  givenReferral,
  histories,
  manifestHash,
  drafted,
} from '../../../../test/support/handover.js';
import { RiskAssessed, StatementRecanted } from '../witness/witness.js';
import { approveReferral } from './approve-referral.js';
import { ReferralApproved, ReferralFlagCleared, ReferralWithdrawn } from './referral.js';

const digest = manifestHash;
const second = { actor: 'approver' };
const approved = ReferralApproved({ manifestHash, expiresAt });
const withdrawn = ReferralWithdrawn({ reason: 'Another forum' });
const conflict = (member: string) =>
  ConflictOfInterestDeclared({ member, reason: 'A relative', irregularities: [] });

test('a second person approves exactly what was drafted', () =>
  givenReferral([byDrafter]).when(approveReferral, { digest }, second).then(approved));

test('approved is approved', () =>
  givenReferral([byDrafter, byApprover]).when(approveReferral, { digest }, second).nothing());

test.each([
  ['the drafter', byDrafter, { actor: 'drafter' }],
  ['a service for the drafter', byDrafter, { actor: 'portal', onBehalfOf: 'drafter' }],
  ['the drafter for somebody else', byDrafter, { actor: 'drafter', onBehalfOf: 'approver' }],
  ['whom the drafter acted for', by('portal', drafted(), 'approver'), second],
])('%s does not approve', (_, event, actor) =>
  givenReferral([event]).when(approveReferral, { digest }, actor).refused('same-person'),
);

test('two people may use the same service', () =>
  givenReferral([by('portal', drafted(), 'drafter')])
    .when(approveReferral, { digest }, { actor: 'portal', onBehalfOf: 'approver' })
    .then(approved));

test('what housekeeping changes does not make the draft lapse', () =>
  givenReferral([byDrafter], {
    subject: [
      ...histories.subject,
      LeadAssigned({ lead: 'vega' }),
      MemberAssigned({ member: 'reed', duty: 'Chronology' }),
    ],
    item: [
      ...histories.item,
      IntegrityChecked({
        by: 'check',
        digest: { algorithm: 'sha-256', value: 'a'.repeat(64) },
        length: 42,
        checkedAt: moment,
      }),
      CustodyOffered({
        offerId: sampleId('offer'),
        from: { kind: 'staff', subject: 'someone' },
        to: { kind: 'staff', subject: 'reed' },
        purpose: 'Analysis',
        offeredAt: moment,
      }),
    ],
    person: [
      ...histories.person,
      consented({ consentId: sampleId('other'), recipient: 'Truth Commission' }),
      RiskAssessed({ level: 'high', threats: [], assessedOn: '2025-02-28', reviewBy: '2025-06-01' }),
    ],
  })
    .when(approveReferral, { digest }, second)
    .then(approved));

test.each([
  [
    'a bearing in the case',
    {
      subject: [
        ...histories.subject,
        BearingReassessed({
          evidenceId: video,
          from: 'incriminating',
          to: 'exculpatory',
          reason: 'Seen again',
        }),
      ],
    },
  ],
  [
    'a restriction',
    {
      item: [
        ...histories.item,
        EvidenceRestricted({
          restrictionId: sampleId('restriction'),
          kind: 'noDisclosure',
          provider: 'Monitor',
          permits: [],
          legalBasis: 'Agreement',
        }),
      ],
    },
  ],
  [
    'a recantation',
    {
      person: [
        ...histories.person,
        StatementRecanted({
          interviewId: sampleId('interview'),
          recantedOn: '2025-02-28',
          reason: 'It was dark',
          voluntariness: { finding: 'voluntary', basis: 'Alone, at home' },
          irregularities: [],
        }),
      ],
    },
  ],
])('%s that changed since is another thing to review', (_, happened) =>
  givenReferral([byDrafter], happened).when(approveReferral, { digest }, second).refused('manifest-moved'),
);

test('what was reviewed is what was drafted', () =>
  givenReferral([byDrafter])
    .when(approveReferral, { digest: 'f'.repeat(64) }, second)
    .refused('approval-lapsed'));

test('a draft is approved within 30 days', () =>
  givenReferral([byDrafter])
    .when(approveReferral, { digest }, { ...second, now: expiresAt })
    .refused('approval-expired'));

test('a draft that is flagged is not approved before somebody has looked', async () => {
  await givenReferral([byDrafter, flagged])
    .when(approveReferral, { digest }, second)
    .refused('referral-flagged');
  await givenReferral([byDrafter, flagged, ReferralFlagCleared({ flagId: concernId, reason: 'Checked' })])
    .when(approveReferral, { digest }, second)
    .then(approved);
});

test('what was withdrawn is not approved any more, also not again', async () => {
  for (const history of [
    [byDrafter, withdrawn],
    [byDrafter, byApprover, withdrawn],
  ])
    await givenReferral(history).when(approveReferral, { digest }, second).refused('referral-withdrawn');
});

test('a conflict of interest keeps one from approving, and lets a draft fall', async () => {
  const subject = [...histories.subject, conflict('approver')];
  await givenReferral([byDrafter], { subject })
    .when(approveReferral, { digest }, second)
    .refused('conflict-of-interest');
  await givenReferral([byDrafter], { subject: [...histories.subject, conflict('drafter')] })
    .when(approveReferral, { digest }, second)
    .refused('asker-conflicted');
});

import type { DomainEvent } from '#event-sourcing';
import { drafted, expiresAt, manifestHash, referralAfter } from '../../../test/support/handover.js';
import { awaitedInCase, awaitedOnItem, awaitedOnReferral, awaitedOnWitness } from './awaited-approvals.js';
import { QuarantineResolutionRequested, QuarantineResolved } from './evidence/evidence.js';
import { resolutionMaterial } from './evidence/request-quarantine-resolution.js';
import {
  ClosureRequested,
  EvidenceUnlinked,
  InvestigationResumed,
  LeadAssigned,
  ReassessmentRequested,
  UnlinkRequested,
} from './investigation/investigation.js';
import { reassessmentMaterial } from './investigation/reassessment.js';
import { closureMaterial } from './investigation/request-closure.js';
import { unlinkMaterial } from './investigation/request-unlink.js';
import { ReferralApproved } from './referral/referral.js';
import { after, closed, closing, examining, linked, opened, requestId, requestOver } from './testing/case.js';
import { suspended, video } from './testing/case.js';
import { breached, breachId, itemAfter, resolutionOver } from './testing/exhibit.js';
import { registeredWitness, witnessAfter } from './testing/witness.js';
import { erasureMaterial } from './witness/request-erasure.js';
import { ErasureRequested, IdentityErased } from './witness/witness.js';

// What waits for a second person is what that person could approve; the rest of the rules is with each approval.

const asking = { person: 'someone', subject: 'someone' };
const names = (all: readonly { readonly approve: string }[]) => all.map(({ approve }) => approve);

const history = [opened, linked('exculpatory')] as const;
const unlinking = { evidenceId: video, reason: 'It shows another village' };
const unlink = UnlinkRequested({
  ...requestOver(unlinkMaterial(after(...history), unlinking)),
  ...unlinking,
});
const closure = ClosureRequested({
  ...requestOver(closureMaterial(after(...history), closing)),
  ...closing,
});

describe('in a case', () => {
  test('a closure waits with what its approval needs, until the case moves on', () => {
    const { digest } = closure.data;
    expect(awaitedInCase(after(...history, closure, LeadAssigned({ lead: 'vega' })))).toEqual([
      {
        approve: 'ApproveClosure',
        requestId,
        digest,
        expiresAt: closure.data.expiresAt,
        requestedBy: asking,
      },
    ]);
    expect(awaitedInCase(after(...history, closure, examining))).toEqual([]);
    expect(awaitedInCase(after(...history, closure, closed))).toEqual([]);
  });

  test('an unlinking names its item, and does not wait while the case is suspended', () => {
    expect(awaitedInCase(after(...history, unlink))).toMatchObject([
      { approve: 'ApproveUnlink', evidenceId: video },
    ]);
    const waiting = after(...history, unlink, suspended);
    expect(awaitedInCase(waiting)).toEqual([]);
    const resumed = after(
      ...history,
      unlink,
      suspended,
      InvestigationResumed({ to: 'opened', reason: 'Back' }),
    );
    expect(names(awaitedInCase(resumed))).toEqual(['ApproveUnlink']);
    expect(awaitedInCase(after(...history, unlink, EvidenceUnlinked({ ...unlinking, requestId })))).toEqual(
      [],
    );
  });

  test('a reassessment waits while its item bears on the case as it did', () => {
    const wanted = { evidenceId: video, to: 'context' as const, reason: 'The road only' };
    const asked = ReassessmentRequested({
      ...requestOver(reassessmentMaterial(after(...history), wanted)),
      ...wanted,
    });
    expect(names(awaitedInCase(after(...history, asked)))).toEqual(['ApproveReassessment']);
    expect(awaitedInCase(after(...history, asked, EvidenceUnlinked(unlinking)))).toEqual([]);
  });
});

test('the end of a quarantine waits until another breach is found, or it is approved', () => {
  const resolution = { outcome: 'acknowledged' as const, reason: 'The disk is lost' };
  const request = resolutionOver(resolutionMaterial(itemAfter(breached()), resolution));
  const asked = QuarantineResolutionRequested({ ...request, ...resolution });
  const resolved = QuarantineResolved({ requestId: request.requestId, ...resolution, breachIds: [breachId] });
  expect(awaitedOnItem(itemAfter(breached(), asked))).toMatchObject([
    { approve: 'ApproveQuarantineResolution', outcome: 'acknowledged' },
  ]);
  const another = breached({ kind: 'sealBroken' });
  const also = { ...another, data: { ...another.data, breachId: requestId } };
  expect(awaitedOnItem(itemAfter(breached(), asked, also))).toEqual([]);
  expect(awaitedOnItem(itemAfter(breached(), asked, resolved))).toEqual([]);
});

test('an erasure waits until it is approved', () => {
  const reason = 'The witness asks for it';
  const asked = ErasureRequested({
    ...requestOver(erasureMaterial(witnessAfter(registeredWitness), reason)),
    reason,
  });
  expect(names(awaitedOnWitness(witnessAfter(registeredWitness, asked)))).toEqual(['ApproveErasure']);
  const erased = IdentityErased({ requestId, reason });
  expect(awaitedOnWitness(witnessAfter(registeredWitness, asked, erased))).toEqual([]);
});

test('a drafted referral waits until it is approved', () => {
  const events: DomainEvent[] = [drafted()];
  expect(awaitedOnReferral(referralAfter(...events))).toEqual([
    { approve: 'ApproveReferral', digest: manifestHash, expiresAt, requestedBy: asking },
  ]);
  events.push(ReferralApproved({ manifestHash, expiresAt }));
  expect(awaitedOnReferral(referralAfter(...events))).toEqual([]);
});

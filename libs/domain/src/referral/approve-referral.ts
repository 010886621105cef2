import { decision, demand, Field } from '#event-sourcing';
import { afterDays, approvalDays } from '../approval.js';
import { isSamePerson, whoIs } from '../person.js';
import { guard } from '../refusals.js';
import { reviewedDigest } from '../values.js';
import {
  earlierHandsHaveNoConflict,
  firstOf,
  hasNoConflict,
  isNotFlagged,
  isNotWithdrawn,
} from './guards.js';
import { movedIn, namedIn, readsOf } from './manifest.js';
import { referral, ReferralApproved } from './referral.js';

/** Approves, as the second person, that exactly this is handed on to exactly this recipient. */
export class ApproveReferral {
  /** The `manifestHash` of the draft that was reviewed. */
  @Field(reviewedDigest) readonly digest!: string;
}

/**
 * A draft whose entries have moved is refused: another draft shows what is there now. What moves between the read and
 * the append is found when it is transmitted, which compares again.
 */
export const approveReferral = decision(referral, ApproveReferral, {
  sensitive: true,
  reads: (state) => readsOf(namedIn(state)),
  decide: (state, { digest }, { actor, now, ...states }) => {
    if (state.approval && !state.withdrawal) return [];
    const moved = movedIn(state, states);
    demand(
      isNotWithdrawn(state),
      hasNoConflict(states.subject?.state, actor),
      earlierHandsHaveNoConflict(states.subject?.state, state),
      guard('same-person', !isSamePerson(state.draftedBy, whoIs(actor))),
      guard('approval-expired', Date.parse(now) < Date.parse(state.expiresAt), state.expiresAt),
      isNotFlagged(state),
      guard('approval-lapsed', digest === state.manifestHash),
      guard('manifest-moved', moved.length === 0, firstOf(moved)),
    );
    return [ReferralApproved({ manifestHash: state.manifestHash, expiresAt: afterDays(now, approvalDays) })];
  },
});

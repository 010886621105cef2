import { decision, demand, Field, type Observation, observation } from '#event-sourcing';
import { approvalGuards } from '../approval.js';
import { guard, refuse } from '../refusals.js';
import { type Id, id, reviewedDigest } from '../values.js';
import { erasureMaterial } from './request-erasure.js';
import { IdentityErased, witness } from './witness.js';

/**
 * The referrals that were transmitted, and neither declined nor returned, with a manifest that relies on the witness: whoever
 * runs the command handler looks them up.
 */
export const referralsRelyingOn = (witnessId: string): Observation<{ readonly referralIds: string[] }> =>
  observation('transmittedReferrals', witnessId);

/**
 * Approves a requested erasure as the second person. From then on nobody can tell who the witness is: the key that sealed
 * it is destroyed. Everything that was said and decided stays, under the pseudonym.
 */
export class ApproveErasure {
  @Field(id) readonly requestId!: Id;
  /** The digest of the request that was reviewed. */
  @Field(reviewedDigest) readonly digest!: string;
}

/**
 * A referral that is transmitted after the look and before the append is not seen. Its package is still held back: each
 * delivery looks at the witness once more, who is erased by then. Only one that was fetched in between as well has left;
 * the order in the log shows it. Everything else is in the same stream and is a conflict of revisions.
 */
export const approveErasure = decision(witness, ApproveErasure, {
  sensitive: true,
  observes: ({ requests }, { requestId }, _, witnessId) => {
    const request = requests.erasures[requestId];
    const isOpen = request !== undefined && request.approvedBy === undefined;
    return { relying: isOpen ? referralsRelyingOn(witnessId) : undefined };
  },
  decide: (state, { requestId, digest }, context) => {
    const request = state.requests.erasures[requestId] ?? refuse('approval-unknown', requestId);
    if (request.approvedBy !== undefined) return [];
    const { reason } = request;
    const referralIds = context.relying?.referralIds ?? [];
    demand(
      ...approvalGuards(request, digest, erasureMaterial(state, reason), context),
      guard('witness-relied-upon', referralIds.length === 0, referralIds.join(', ')),
    );
    return [IdentityErased({ requestId, reason })];
  },
});

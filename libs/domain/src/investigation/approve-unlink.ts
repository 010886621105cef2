import { decision, demand, Field } from '#event-sourcing';
import { approvalGuards } from '../approval.js';
import { refuse } from '../refusals.js';
import { type Id, id, reviewedDigest } from '../values.js';
import { askerHasNoConflict, isActive, isNoBasis } from './guards.js';
import { EvidenceUnlinked, investigation } from './investigation.js';
import { unlinkMaterial } from './request-unlink.js';

/** Approves a requested unlinking as the second person; the item leaves the case with it. */
export class ApproveUnlink {
  @Field(id) readonly requestId!: Id;
  /** The digest of the request that was reviewed. */
  @Field(reviewedDigest) readonly digest!: string;
}

export const approveUnlink = decision(investigation, ApproveUnlink, {
  decide: (state, { requestId, digest }, context) => {
    const request = state.requests.unlinks[requestId] ?? refuse('approval-unknown', requestId);
    if (request.approvedBy !== undefined) return [];
    const { evidenceId, reason } = request;
    demand(
      ...isActive(state),
      askerHasNoConflict(state, request),
      ...approvalGuards(request, digest, unlinkMaterial(state, request), context),
      isNoBasis(state, evidenceId),
    );
    return [EvidenceUnlinked({ evidenceId, reason, requestId })];
  },
});

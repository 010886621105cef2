import { decision, demand, Field, read } from '#event-sourcing';
import { approvalGuards } from '../approval.js';
import { evidence } from '../evidence/evidence.js';
import { refuse } from '../refusals.js';
import { type Id, id, reviewedDigest } from '../values.js';
import { askerHasNoConflict, bearingRules, isActive, isLinked, witnessesOf } from './guards.js';
import { BearingReassessed, investigation } from './investigation.js';
import { bearingNow, reassessmentMaterial } from './reassessment.js';

/** Approves a requested reassessment as the second person; the bearing changes with it. */
export class ApproveReassessment {
  @Field(id) readonly requestId!: Id;
  /** The digest of the request that was reviewed. */
  @Field(reviewedDigest) readonly digest!: string;
}

/** Binds item, link, issue, present and new bearing, and the reason: what comes between the read and the append is none of these. */
export const approveReassessment = decision(investigation, ApproveReassessment, {
  reads: ({ requests: { reassessments }, evidence: linked }, { requestId }) => {
    const request = reassessments[requestId];
    return {
      items: request ? [read(evidence, request.evidenceId)] : [],
      witnesses: witnessesOf(request && linked[request.evidenceId]?.statement),
    };
  },
  decide: (state, { requestId, digest }, context) => {
    const request = state.requests.reassessments[requestId] ?? refuse('approval-unknown', requestId);
    if (request.approvedBy !== undefined) return [];
    const { evidenceId, issueId, to, reason } = request;
    demand(
      ...isActive(state),
      isLinked(state, evidenceId),
      askerHasNoConflict(state, request),
      ...approvalGuards(request, digest, reassessmentMaterial(state, request), context),
      ...bearingRules(state, evidenceId, context.items[0], to, context.witnesses[0]),
    );
    const from = bearingNow(state, request);
    return [
      BearingReassessed({
        evidenceId,
        ...(issueId === undefined ? {} : { issueId }),
        from,
        to,
        reason,
        requestId,
      }),
    ];
  },
});

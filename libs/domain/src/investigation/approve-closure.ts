import { decision, demand, Field } from '#event-sourcing';
import { approvalGuards } from '../approval.js';
import { refuse } from '../refusals.js';
import { type Id, id, reviewedDigest } from '../values.js';
import { askerHasNoConflict } from './guards.js';
import { investigation, InvestigationClosed } from './investigation.js';
import { closureMaterial } from './request-closure.js';

/** Approves a requested closure as the second person; the case is closed with it. */
export class ApproveClosure {
  @Field(id) readonly requestId!: Id;
  /** The digest of the request that was reviewed. */
  @Field(reviewedDigest) readonly digest!: string;
}

export const approveClosure = decision(investigation, ApproveClosure, {
  sensitive: true,
  decide: (state, { requestId, digest }, context) => {
    const request = state.requests.closures[requestId] ?? refuse('approval-unknown', requestId);
    if (request.approvedBy !== undefined) return [];
    const { ground, reason } = request;
    demand(
      askerHasNoConflict(state, request),
      ...approvalGuards(request, digest, closureMaterial(state, request), context),
    );
    return [InvestigationClosed({ ground, reason, requestId })];
  },
});

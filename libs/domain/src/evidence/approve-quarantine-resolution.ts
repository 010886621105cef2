import { decision, demand, Field } from '#event-sourcing';
import { approvalGuards } from '../approval.js';
import { guard, refuse } from '../refusals.js';
import { type Id, id, reviewedDigest } from '../values.js';
import { holdingOf } from './content.js';
import { contentCheck, eventsOfFinding } from './content-check.js';
import { evidence, QuarantineResolved } from './evidence.js';
import { holdsContent } from './guards.js';
import { settledBy } from './integrity.js';
import { resolutionMaterial } from './request-quarantine-resolution.js';

/** Approves as the second person how breaches are resolved. */
export class ApproveQuarantineResolution {
  @Field(id) readonly requestId!: Id;
  /** The digest of the request that was reviewed. */
  @Field(reviewedDigest) readonly digest!: string;
}

/**
 * That content is restored is not believed but looked at. A breach that is detected between the read and the append
 * moves the item's own stream, so the approval is decided again and lapses.
 */
export const approveQuarantineResolution = decision(evidence, ApproveQuarantineResolution, {
  sensitive: true,
  observes: (state, { requestId }) => {
    const asked = state.requests.resolutions[requestId];
    const isDue = asked?.outcome === 'restored' && asked.approvedBy === undefined;
    const content = isDue ? holdingOf(state, asked.copyId)?.content : undefined;
    return { finding: content && contentCheck(content) };
  },
  decide: (state, { requestId, digest }, { finding, ...context }) => {
    const asked = state.requests.resolutions[requestId] ?? refuse('approval-unknown', requestId);
    if (asked.approvedBy !== undefined) return [];
    const { copyId, outcome, seal, reason } = asked;
    demand(...approvalGuards(asked, digest, resolutionMaterial(state, asked), context));
    if (outcome === 'restored')
      demand(holdsContent(state, copyId), guard('content-broken', finding?.intact === true, copyId));
    return [
      ...(finding ? eventsOfFinding(state, { copyId, by: 'resolution' }, finding, context) : []),
      QuarantineResolved({
        requestId,
        ...(copyId === undefined ? {} : { copyId }),
        outcome,
        ...(seal && { seal: { ...seal } }),
        reason,
        breachIds: Object.keys(settledBy(state, asked)),
      }),
    ];
  },
});

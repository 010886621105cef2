import { type DeepReadonly, digestOf } from '#event-sourcing';
import type { Requested } from './approval.js';
import { ApproveQuarantineResolution } from './evidence/approve-quarantine-resolution.js';
import type { Evidence } from './evidence/evidence.js';
import { resolutionMaterial } from './evidence/request-quarantine-resolution.js';
import { ApproveClosure } from './investigation/approve-closure.js';
import { ApproveReassessment } from './investigation/approve-reassessment.js';
import { ApproveUnlink } from './investigation/approve-unlink.js';
import { isActive } from './investigation/guards.js';
import type { Investigation } from './investigation/investigation.js';
import { reassessmentMaterial } from './investigation/reassessment.js';
import { closureMaterial } from './investigation/request-closure.js';
import { unlinkMaterial } from './investigation/request-unlink.js';
import type { Who } from './person.js';
import { ApproveReferral } from './referral/approve-referral.js';
import type { Referral } from './referral/referral.js';
import { ApproveErasure } from './witness/approve-erasure.js';
import { erasureMaterial } from './witness/request-erasure.js';
import type { Witness } from './witness/witness.js';

/**
 * What waits for a second person, as far as one state tells: neither approved nor replaced, and nothing that it binds has
 * changed. Whether it has expired, and who may approve it, is for whoever knows the time and the person.
 */
export interface AwaitedApproval {
  /** Name of the use case that approves. */
  readonly approve: string;
  /** Absent where the aggregate itself is what was asked for. */
  readonly requestId?: string;
  readonly digest: string;
  readonly expiresAt: string;
  readonly requestedBy: Who;
}

/** An approval by which an item bears otherwise on the case, or leaves it, names the item. */
export interface AwaitedInCase extends AwaitedApproval {
  readonly evidenceId?: string;
}

export function awaitedInCase(state: DeepReadonly<Investigation>): AwaitedInCase[] {
  const { closures, unlinks, reassessments } = state.requests;
  const aboutItems = [
    ...awaited(ApproveUnlink.name, unlinks, (asked) => unlinkMaterial(state, asked)),
    ...awaited(ApproveReassessment.name, reassessments, (asked) => reassessmentMaterial(state, asked)),
  ];
  return [
    ...awaited(ApproveClosure.name, closures, (asked) => closureMaterial(state, asked)).map(approvalIn),
    // While the case is suspended nobody can approve these; they wait again when it is resumed.
    ...(isActive(state).every(({ holds }) => holds) ? aboutItems : []).map((found) => ({
      ...approvalIn(found),
      evidenceId: found.asked.evidenceId,
    })),
  ];
}

/** An approval by which a quarantine of a working copy ends names the copy. */
export interface AwaitedOnItem extends AwaitedApproval {
  readonly outcome: string;
  readonly copyId?: string;
}

export function awaitedOnItem(state: DeepReadonly<Evidence>): AwaitedOnItem[] {
  const { resolutions } = state.requests;
  return awaited(ApproveQuarantineResolution.name, resolutions, (asked) =>
    resolutionMaterial(state, asked),
  ).map((found) => {
    const { outcome, copyId } = found.asked;
    return { ...approvalIn(found), outcome, ...(copyId === undefined ? {} : { copyId }) };
  });
}

export function awaitedOnWitness(state: DeepReadonly<Witness>): AwaitedApproval[] {
  const { erasures } = state.requests;
  return awaited(ApproveErasure.name, erasures, ({ reason }) => erasureMaterial(state, reason)).map(
    approvalIn,
  );
}

/** That what it hands on has moved is not seen in the draft: it is found when it is approved. */
export function awaitedOnReferral(state: DeepReadonly<Referral>): AwaitedApproval[] {
  const { status, manifestHash: digest, expiresAt, draftedBy: requestedBy } = state;
  return status === 'drafted' ? [{ approve: ApproveReferral.name, digest, expiresAt, requestedBy }] : [];
}

interface Found<R> {
  readonly approve: string;
  readonly requestId: string;
  readonly asked: R;
}

function awaited<R extends Requested>(
  approve: string,
  requests: Readonly<Record<string, R>>,
  materialOf: (asked: R) => object,
): Found<R>[] {
  return Object.entries(requests)
    .filter(([, asked]) => asked.approvedBy === undefined && asked.digest === digestOf(materialOf(asked)))
    .map(([requestId, asked]) => ({ approve, requestId, asked }));
}

const approvalIn = ({ approve, requestId, asked }: Found<DeepReadonly<Requested>>): AwaitedApproval => ({
  approve,
  requestId,
  digest: asked.digest,
  expiresAt: asked.expiresAt,
  requestedBy: asked.requestedBy,
});

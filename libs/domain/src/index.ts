import type { UseCase } from '#event-sourcing';
import { fileAllegation } from './allegation/file-allegation.js';
import { linkAllegation } from './allegation/link-allegation.js';
import { reviseAllegation } from './allegation/revise-allegation.js';
import { triageAllegation } from './allegation/triage-allegation.js';
import { unlinkAllegation } from './allegation/unlink-allegation.js';
import { withdrawAllegation } from './allegation/withdraw-allegation.js';
import { acceptCustody } from './evidence/accept-custody.js';
import { approveQuarantineResolution } from './evidence/approve-quarantine-resolution.js';
import { assessAuthenticity } from './evidence/assess-authenticity.js';
import { checkIntegrity } from './evidence/check-integrity.js';
import { deriveWorkingCopy } from './evidence/derive-working-copy.js';
import { liftRestriction } from './evidence/lift-restriction.js';
import { offerCustody } from './evidence/offer-custody.js';
import { recordAdmissibilityRuling } from './evidence/record-admissibility-ruling.js';
import { refuseCustody } from './evidence/refuse-custody.js';
import { registerEvidence } from './evidence/register-evidence.js';
import { requestQuarantineResolution } from './evidence/request-quarantine-resolution.js';
import { restrictEvidence } from './evidence/restrict-evidence.js';
import { sealEvidence } from './evidence/seal-evidence.js';
import { withdrawOffer } from './evidence/withdraw-offer.js';
import { assessVerification } from './incident/assess-verification.js';
import { assessVictims } from './incident/assess-victims.js';
import { beginVerification } from './incident/begin-verification.js';
import { classifyIncident } from './incident/classify-incident.js';
import { correctIncident } from './incident/correct-incident.js';
import { mergeIncident } from './incident/merge-incident.js';
import { recordIncident } from './incident/record-incident.js';
import { reverseMerge } from './incident/reverse-merge.js';
import { acceptAllegation } from './investigation/accept-allegation.js';
import { advanceInvestigation } from './investigation/advance-investigation.js';
import { approveClosure } from './investigation/approve-closure.js';
import { approveReassessment } from './investigation/approve-reassessment.js';
import { approveUnlink } from './investigation/approve-unlink.js';
import { assessIssue } from './investigation/assess-issue.js';
import { assessThreshold } from './investigation/assess-threshold.js';
import { assignLead } from './investigation/assign-lead.js';
import { assignMember } from './investigation/assign-member.js';
import { attachIncident } from './investigation/attach-incident.js';
import { declareConflict } from './investigation/declare-conflict.js';
import { detachIncident } from './investigation/detach-incident.js';
import { frameIssue } from './investigation/frame-issue.js';
import { linkEvidence } from './investigation/link-evidence.js';
import { openInvestigation } from './investigation/open-investigation.js';
import { reassessBearing } from './investigation/reassess-bearing.js';
import { removeMember } from './investigation/remove-member.js';
import { reopenInvestigation } from './investigation/reopen-investigation.js';
import { requestClosure } from './investigation/request-closure.js';
import { requestReassessment } from './investigation/request-reassessment.js';
import { requestUnlink } from './investigation/request-unlink.js';
import { resumeInvestigation } from './investigation/resume-investigation.js';
import { returnInvestigation } from './investigation/return-investigation.js';
import { suspendInvestigation } from './investigation/suspend-investigation.js';
import { unlinkEvidence } from './investigation/unlink-evidence.js';
import { acknowledgeReferral } from './referral/acknowledge-referral.js';
import { approveReferral } from './referral/approve-referral.js';
import { clearFlag } from './referral/clear-flag.js';
import { declineReferral } from './referral/decline-referral.js';
import { draftReferral } from './referral/draft-referral.js';
import { flagReferral } from './referral/flag-referral.js';
import { reportOutcome } from './referral/report-outcome.js';
import { requestReturn } from './referral/request-return.js';
import { transmitReferral } from './referral/transmit-referral.js';
import { withdrawReferral } from './referral/withdraw-referral.js';
import { approveErasure } from './witness/approve-erasure.js';
import { assessRisk } from './witness/assess-risk.js';
import { giveConsent } from './witness/give-consent.js';
import { liftProtection } from './witness/lift-protection.js';
import { orderProtection } from './witness/order-protection.js';
import { planInterview } from './witness/plan-interview.js';
import { recantStatement } from './witness/recant-statement.js';
import { recordInterview } from './witness/record-interview.js';
import { recordPriorAccount } from './witness/record-prior-account.js';
import { registerWitness } from './witness/register-witness.js';
import { requestErasure } from './witness/request-erasure.js';
import { reviseIdentity } from './witness/revise-identity.js';
import { withdrawConsent } from './witness/withdraw-consent.js';

export * from './access/access.js';
export { RecordAccess, recordAccess } from './access/record-access.js';
export { aggregates, decodeEvent } from './aggregates.js';
export * from './allegation/allegation.js';
export * from './approval.js';
export {
  type AwaitedApproval,
  awaitedInCase,
  awaitedOnItem,
  awaitedOnReferral,
  awaitedOnWitness,
} from './awaited-approvals.js';
export { isBefore } from './before.js';
export { CheckIntegrity, checkIntegrity } from './evidence/check-integrity.js';
export { contentExpected, heldContent } from './evidence/content-access.js';
export { contentCheck } from './evidence/content-check.js';
export * from './evidence/evidence.js';
export { ReportBreach, reportBreach } from './evidence/report-breach.js';
export { StoreContent, storeContent } from './evidence/store-content.js';
export { examples } from './examples.js';
export * from './incident/incident.js';
export * from './investigation/investigation.js';
export { type NextStep, nextStep } from './investigation/next-step.js';
export { type Profile, profiles } from './investigation/profiles.js';
export { personOf } from './person.js';
export { manifestDocument, namedIn, readsOf, type States as ReferralStates } from './referral/manifest.js';
export { deliveryRules } from './referral/delivery.js';
export {
  FlagWithdrawnConsent,
  flagWithdrawnConsent,
  recipientConsentedTo,
  recipientOf,
} from './referral/flag-withdrawn-consent.js';
export * from './referral/manifest-entry.js';
export * from './referral/referral.js';
export {
  block as transmissionBlockSchema,
  type Block as TransmissionBlock,
  transmissionBlocks,
} from './referral/transmission-blocks.js';
export * from './refusal/refusal.js';
export { RecordRefusal, recordRefusal } from './refusal/record-refusal.js';
export * from './public-events.js';
export { type Audience, leavesToAll, membersLeaving, publicData, streamsNamed } from './public-form.js';
export { publicSchema } from './public-schema.js';
export * from './refusals.js';
export * from './witness/identity.js';
export * from './value-lists.js';
export * from './values.js';
export { referralsRelyingOn } from './witness/approve-erasure.js';
export * from './witness/identity.js';
export * from './witness/witness.js';

/** Everything a user can ask for. A use case that is not here does not exist: routes, policies and docs read this list. */
export const useCases: readonly UseCase[] = [
  fileAllegation,
  triageAllegation,
  reviseAllegation,
  withdrawAllegation,
  linkAllegation,
  unlinkAllegation,
  recordIncident,
  correctIncident,
  assessVictims,
  beginVerification,
  assessVerification,
  classifyIncident,
  mergeIncident,
  reverseMerge,
  openInvestigation,
  acceptAllegation,
  attachIncident,
  detachIncident,
  assignLead,
  assignMember,
  removeMember,
  declareConflict,
  linkEvidence,
  reassessBearing,
  requestReassessment,
  approveReassessment,
  unlinkEvidence,
  requestUnlink,
  approveUnlink,
  frameIssue,
  assessIssue,
  assessThreshold,
  advanceInvestigation,
  returnInvestigation,
  suspendInvestigation,
  resumeInvestigation,
  requestClosure,
  approveClosure,
  reopenInvestigation,
  registerEvidence,
  sealEvidence,
  offerCustody,
  acceptCustody,
  refuseCustody,
  withdrawOffer,
  checkIntegrity,
  requestQuarantineResolution,
  approveQuarantineResolution,
  deriveWorkingCopy,
  assessAuthenticity,
  restrictEvidence,
  liftRestriction,
  recordAdmissibilityRuling,
  draftReferral,
  approveReferral,
  transmitReferral,
  acknowledgeReferral,
  declineReferral,
  reportOutcome,
  withdrawReferral,
  requestReturn,
  flagReferral,
  clearFlag,
  registerWitness,
  reviseIdentity,
  giveConsent,
  withdrawConsent,
  assessRisk,
  orderProtection,
  liftProtection,
  recordPriorAccount,
  planInterview,
  recordInterview,
  recantStatement,
  requestErasure,
  approveErasure,
];

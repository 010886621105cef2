import { type DomainEvent, streamOf } from '#event-sourcing';
import type { accessEvents } from './access/access.js';
import type { allegationEvents } from './allegation/allegation.js';
import type { evidenceEvents } from './evidence/evidence.js';
import type { incidentEvents } from './incident/incident.js';
import type { investigationEvents } from './investigation/investigation.js';
import type { referralEvents } from './referral/referral.js';
import type { refusalEvents } from './refusal/refusal.js';
import type { witnessEvents } from './witness/witness.js';

/**
 * What of each event may leave the institution: an allow-list of members of its data, dotted where only a part of a
 * member may. What is not named stays: who acted, whatever is sealed, and by default everything, also that the event
 * happened. A new type of event does not compile before somebody has decided about it.
 */

type Types<E> = E extends { readonly make: infer Make } ? keyof Make & string : never;
type EventType = Types<
  | typeof allegationEvents
  | typeof incidentEvents
  | typeof investigationEvents
  | typeof evidenceEvents
  | typeof witnessEvents
  | typeof referralEvents
  | typeof refusalEvents
  | typeof accessEvents
>;

interface Leaving {
  /**
   * To anybody who subscribes: words of closed lists, dates, numbers, ids and digests. No text that somebody wrote. With
   * no members it leaves that the event happened; `undefined` is not even that.
   */
  readonly toAll: readonly string[] | undefined;
  /** To the recipient of a referral, which a second person approved, beside these. */
  readonly toRecipient: readonly string[];
}
export type Audience = 'all' | 'recipient';

const membersIn = (words: string) => words.split(' ').filter(Boolean);

const leaving = (toAll: string, toRecipient = ''): Leaving => ({
  toAll: membersIn(toAll),
  toRecipient: membersIn(toRecipient),
});
/** All are told that it happened, and nothing of it: that something was corrected matters to whoever relied on it. */
const happening = (toRecipient = '') => leaving('', toRecipient);
/** All are told nothing; whether it ever happened neither. */
const toRecipientOnly = (toRecipient: string): Leaving => ({
  toAll: undefined,
  toRecipient: membersIn(toRecipient),
});
const nothing = toRecipientOnly('');

/**
 * Of witnesses nothing goes to all. Recipients get what was stated, which the consent that a referral needs covers; no
 * place, circumstances or companions, by which a witness can be found, and nothing of risk and protection.
 */
const ofWitnesses = {
  WitnessRegistered: toRecipientOnly('pseudonym'),
  IdentityRevised: nothing,
  ConsentGiven: nothing,
  ConsentWithdrawn: nothing,
  RiskAssessed: nothing,
  ProtectionOrdered: nothing,
  ProtectionLifted: nothing,
  PriorAccountRecorded: toRecipientOnly(
    'accountId takenBy takenOn inCustodyOf voluntariness evidenceId language irregularities',
  ),
  InterviewPlanned: nothing,
  WitnessInterviewed: toRecipientOnly(
    'interviewId investigationId capacity at language rightsCaution counsel.present counsel.waived recordingEvidenceId ' +
      'inCustodyOf voluntariness irregularities',
  ),
  StatementRecanted: toRecipientOnly('interviewId accountId recantedOn reason voluntariness irregularities'),
  ErasureRequested: nothing,
  IdentityErased: nothing,
} satisfies Record<Types<typeof witnessEvents>, Leaving>;

/** What puts a restriction on an item never leaves to all, and what happens to the item only while none is in force. */
const ofEvidence = {
  EvidenceRegistered: leaving(
    'form kind digests',
    'exhibitNumber description seal irregularities acquisition.method acquisition.tool acquisition.acquiredAt ' +
      'acquisition.clockSource acquisition.sourceUrl acquisition.legalAuthority acquisition.contentCreatedAt ' +
      'acquisition.priorCustody',
  ),
  ContentStored: leaving('copyId digest length', 'digests mediaType'),
  EvidenceSealed: leaving('content', 'seal'),
  CustodyOffered: leaving(
    'offerId',
    'from.kind from.organisation to.kind to.organisation purpose expectedBy offeredAt',
  ),
  CustodyAccepted: leaving(
    'offerId content',
    'from.kind from.organisation to.kind to.organisation seal digests handedOverAt irregularities',
  ),
  CustodyRefused: leaving('offerId', 'reason'),
  CustodyOfferWithdrawn: leaving('offerId', 'reason'),
  IntegrityChecked: leaving('copyId by digest length checkedAt'),
  IntegrityBreachDetected: leaving('breachId copyId kind checkedAt', 'by expected found'),
  QuarantineResolutionRequested: nothing,
  QuarantineResolved: leaving('copyId outcome breachIds', 'seal reason'),
  WorkingCopyDerived: leaving(
    'copyId from purpose digests',
    'tool toolVersion parameters derivedAt description irregularities',
  ),
  AuthenticityAssessed: leaving('outcome', 'methods by limitations'),
  EvidenceRestricted: toRecipientOnly('restrictionId kind provider legalBasis'),
  RestrictionLifted: leaving('restrictionId', 'providerConsentEvidenceId'),
  AdmissibilityRuled: leaving('decision ruledOn', 'forum proceeding ground irregularities'),
} satisfies Record<Types<typeof evidenceEvents>, Leaving>;

/** Staff and requests stay here; so does a statement's witness, whom the link between item and case would give away. */
const ofInvestigations = {
  InvestigationOpened: leaving('profile', 'forum reference title scope'),
  AllegationAccepted: leaving('allegationId'),
  IncidentAttached: leaving('incidentId'),
  IncidentDetached: leaving('incidentId', 'reason'),
  LeadAssigned: nothing,
  MemberAssigned: nothing,
  MemberRemoved: nothing,
  ConflictOfInterestDeclared: nothing,
  EvidenceLinked: leaving('evidenceId digest', 'locator relevance bearing'),
  ReassessmentRequested: nothing,
  BearingReassessed: leaving('evidenceId', 'issueId from to reason'),
  UnlinkRequested: nothing,
  EvidenceUnlinked: leaving('evidenceId', 'reason'),
  IssueFramed: leaving('issueId incidentId', 'proposition element'),
  IssueAssessed: leaving('issueId', 'finding standard basis reasoning'),
  ThresholdAssessed: leaving('test result incidentId', 'forum basis'),
  InvestigationAdvanced: leaving('from to'),
  InvestigationReturned: leaving('from to', 'reason'),
  InvestigationSuspended: leaving('from', 'reason'),
  InvestigationResumed: leaving('to', 'reason'),
  ClosureRequested: nothing,
  InvestigationClosed: leaving('ground', 'reason'),
  InvestigationReopened: happening('newFact'),
} satisfies Record<Types<typeof investigationEvents>, Leaving>;

const ofIncidents = {
  IncidentRecorded: leaving('categories means period place.country', 'title place parties'),
  IncidentCorrected: happening('corrected reason'),
  VictimCountAssessed: leaving(
    'harm status min best max standard asOf supersedes',
    'sourceStandard sources basis',
  ),
  VerificationBegun: happening('reason'),
  IncidentVerificationAssessed: leaving('outcome', 'method basis'),
  IncidentClassified: leaving('conflict', 'provisions basis'),
  IncidentMerged: leaving('into', 'reason'),
  IncidentMergeReversed: leaving('into', 'reason'),
} satisfies Record<Types<typeof incidentEvents>, Leaving>;

/** An informant is a person, and stays here even as a pseudonym; with what providers demand of us. */
const ofAllegations = {
  AllegationFiled: leaving(
    'source.kind nature language claimed.scope',
    'source.organisation source.reference summary claimed',
  ),
  AllegationTriaged: leaving('decision duplicateOf', 'until reason'),
  AllegationRevised: happening('changes sourceVersion irregularities'),
  AllegationWithdrawn: leaving('withdrawnOn', 'reason irregularities'),
  AllegationLinkedToIncident: leaving('incidentId stance'),
  AllegationUnlinked: leaving('incidentId', 'reason'),
} satisfies Record<Types<typeof allegationEvents>, Leaving>;

export const publicForm: Readonly<Record<EventType, Leaving>> = {
  ...ofAllegations,
  ...ofIncidents,
  ...ofInvestigations,
  ...ofEvidence,
  ...ofWitnesses,
  ReferralDrafted: nothing,
  ReferralApproved: nothing,
  CaseReferred: nothing,
  ReferralAcknowledged: nothing,
  ReferralDeclined: nothing,
  OutcomeReported: nothing,
  ReferralWithdrawn: nothing,
  ReturnRequested: nothing,
  ReferralFlagged: nothing,
  ReferralFlagCleared: nothing,
  SensitiveCommandRefused: nothing,
  ProtectedMaterialRead: nothing,
};

/** Members that say which other aggregate an event is about. */
const naming: Readonly<Record<string, string>> = {
  investigationId: 'investigation',
  allegationId: 'allegation',
  duplicateOf: 'allegation',
  incidentId: 'incident',
  into: 'incident',
  evidenceId: 'evidence',
};

/** The streams that an event says something about, beside its own. */
export function streamsNamed({ data }: DomainEvent): string[] {
  if (!isObject(data)) return [];
  return Object.entries(naming).flatMap(([name, category]) => {
    const id = data[name];
    return typeof id === 'string' ? [streamOf(category, id)] : [];
  });
}

const byType = new Map<string, Leaving>(Object.entries(publicForm));

/** Whether all may know that an event of this type happened; not of a type that nobody decided about. */
export function leavesToAll(type: string): boolean {
  return byType.get(type)?.toAll !== undefined;
}

/** The members that may leave, by path; none of a type that nobody decided about. */
export function membersLeaving(type: string, audience: Audience): readonly string[] {
  const { toAll = [], toRecipient } = byType.get(type) ?? nothing;
  return audience === 'all' ? toAll : [...toAll, ...toRecipient];
}

/** The data of an event, in its newest shape, as this audience may have it. */
export function publicData({ type, data }: DomainEvent, audience: Audience): Record<string, unknown> {
  const form: Record<string, unknown> = {};
  for (const path of membersLeaving(type, audience)) copy(data, form, path.split('.'));
  return form;
}

function copy(from: unknown, into: Record<string, unknown>, [name = '', ...rest]: readonly string[]): void {
  if (!isObject(from) || from[name] === undefined) return;
  if (rest.length === 0) {
    into[name] = from[name];
    return;
  }
  if (!isObject(from[name])) return;
  const part = isObject(into[name]) ? { ...into[name] } : {};
  copy(from[name], part, rest);
  into[name] = part;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

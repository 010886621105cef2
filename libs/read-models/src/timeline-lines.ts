import type { Custodian, Period } from '#domain';
import { trust } from '#event-sourcing';
import type { InquestEvent } from './domain-events.js';
import type { ProjectedEvent } from './runner/projection.js';

/** One event in one line of text. */
export interface Line {
  readonly text: string;
  /** When it happened in the world, if the event says so. */
  readonly occurredAt?: string | undefined;
  /** The stream it is about, where that is not its own. */
  readonly about?: string;
}

type Lines<E extends InquestEvent = InquestEvent> = {
  readonly [K in E['type']]: (data: Extract<E, { type: K }>['data']) => Line | string;
};

/** A line for every event of the domain: a new event without one does not compile. */
const lines: Lines = {
  AllegationFiled: ({ source, nature, summary, claimed }) => ({
    text: `Allegation filed by ${source.organisation ?? source.kind} (${nature}): ${summary}`,
    occurredAt: startOf(claimed.period),
  }),
  AllegationTriaged: ({ decision, reason }) => `Allegation ${decision}: ${reason}`,
  AllegationRevised: ({ changes, sourceVersion }) => ({
    text: `Allegation revised by its source (${sourceVersion}): ${Object.keys(changes).join(', ')}`,
    occurredAt: startOf(changes.claimed?.period),
  }),
  AllegationWithdrawn: ({ withdrawnOn, reason }) => ({
    text: `Allegation withdrawn by its source: ${reason}`,
    occurredAt: withdrawnOn,
  }),
  AllegationLinkedToIncident: ({ stance, incidentId }) => `Allegation ${stance} incident ${incidentId}`,
  AllegationUnlinked: ({ incidentId, reason }) =>
    `Allegation unlinked from incident ${incidentId}: ${reason}`,

  IncidentRecorded: ({ title, period }) => ({
    text: `Incident recorded: ${title}`,
    occurredAt: startOf(period),
  }),
  IncidentCorrected: ({ corrected, reason }) => ({
    text: `Incident corrected (${Object.keys(corrected).join(', ')}): ${reason}`,
    occurredAt: startOf(corrected.period),
  }),
  VictimCountAssessed: ({ harm, status, min, best, max, standard, asOf }) =>
    `Victims assessed as of ${asOf}: ${range(min, best, max)} ${words(harm)} (${words(status)}), standard ${words(standard)}`,
  VerificationBegun: () => 'Verification of the incident begun',
  IncidentVerificationAssessed: ({ outcome, method }) => `Incident found ${outcome}: ${method}`,
  IncidentClassified: ({ conflict, provisions }) =>
    `Incident classified: ${words(conflict)} conflict${provisions.length > 0 ? `; ${provisions.join(', ')}` : ''}`,
  IncidentMerged: ({ into, reason }) => `Incident merged into ${into}: ${reason}`,
  IncidentMergeReversed: ({ into, reason }) => `Merge into ${into} reversed: ${reason}`,

  InvestigationOpened: ({ reference, title }) => `Investigation ${reference} opened: ${title}`,
  AllegationAccepted: ({ allegationId }) => `Allegation ${allegationId} accepted into the case`,
  IncidentAttached: ({ incidentId }) => `Incident ${incidentId} attached`,
  IncidentDetached: ({ incidentId, reason }) => `Incident ${incidentId} detached: ${reason}`,
  LeadAssigned: ({ lead }) => `Lead assigned: ${lead}`,
  MemberAssigned: ({ member, duty }) => `Member assigned: ${member} (${duty})`,
  MemberRemoved: ({ member, reason }) => `Member removed: ${member}: ${reason}`,
  ConflictOfInterestDeclared: ({ member, reason }) =>
    `Conflict of interest declared for ${member}: ${reason}`,
  EvidenceLinked: ({ evidenceId, relevance, bearing }) =>
    `Evidence ${evidenceId} linked (${words(bearing)}): ${relevance}`,
  ReassessmentRequested: ({ evidenceId, to, reason }) =>
    `Reassessment of evidence ${evidenceId} as ${words(to)} requested: ${reason}`,
  BearingReassessed: ({ evidenceId, from, to, reason }) =>
    `Bearing of evidence ${evidenceId} reassessed from ${words(from)} to ${words(to)}: ${reason}`,
  UnlinkRequested: ({ evidenceId, reason }) => `Unlinking of evidence ${evidenceId} requested: ${reason}`,
  EvidenceUnlinked: ({ evidenceId, reason }) => `Evidence ${evidenceId} unlinked: ${reason}`,
  IssueFramed: ({ proposition }) => `Issue framed: ${proposition}`,
  IssueAssessed: ({ finding, standard }) => `Issue assessed: ${finding} at the standard ${words(standard)}`,
  ThresholdAssessed: ({ test, result, forum }) =>
    `Threshold ${words(test)} assessed for ${forum}: ${words(result)}`,
  InvestigationAdvanced: ({ from, to }) => `Case advanced from ${words(from)} to ${words(to)}`,
  InvestigationReturned: ({ from, to, reason }) =>
    `Case returned from ${words(from)} to ${words(to)}: ${reason}`,
  InvestigationSuspended: ({ from, reason }) => `Case suspended in ${words(from)}: ${reason}`,
  InvestigationResumed: ({ to, reason }) => `Case resumed in ${words(to)}: ${reason}`,
  ClosureRequested: ({ ground, reason }) => `Closure requested (${words(ground)}): ${reason}`,
  InvestigationClosed: ({ ground }) => `Case closed: ${words(ground)}`,
  InvestigationReopened: ({ newFact }) => `Case reopened on a new fact: ${newFact}`,

  EvidenceRegistered: ({ exhibitNumber, form, kind, acquisition }) => ({
    text: `Exhibit ${exhibitNumber} registered: ${form} ${words(kind)}, acquired by ${words(acquisition.method)}`,
    occurredAt: acquisition.acquiredAt,
  }),
  ContentStored: ({ copyId, mediaType, length }) =>
    `Content ${ofCopy(copyId)}stored: ${mediaType}, ${length} bytes`,
  EvidenceSealed: ({ content }) => `Exhibit sealed, content ${words(content)}`,
  CustodyOffered: ({ from, to, purpose }) =>
    `Custody offered by ${holder(from)} to ${holder(to)}: ${purpose}`,
  CustodyAccepted: ({ from, to, seal, content, handedOverAt }) => ({
    text: `Custody passed from ${holder(from)} to ${holder(to)}${seal ? `, seal ${seal.number} ${seal.condition}` : ''}${knownBy[content]}`,
    occurredAt: handedOverAt,
  }),
  CustodyRefused: ({ reason }) => `Custody refused: ${reason}`,
  CustodyOfferWithdrawn: ({ reason }) => `Offer of custody withdrawn: ${reason}`,
  IntegrityChecked: ({ copyId }) => `Content ${ofCopy(copyId)}checked and intact`,
  IntegrityBreachDetected: ({ copyId, kind, by }) =>
    `Breach of integrity ${ofCopy(copyId)}detected (${words(kind)}), on ${words(by)}`,
  QuarantineResolutionRequested: ({ copyId, outcome, reason }) =>
    `End of quarantine ${ofCopy(copyId)}requested (${outcome}): ${reason}`,
  QuarantineResolved: ({ copyId, outcome, reason }) =>
    `Quarantine ${ofCopy(copyId)}ended, breach ${resolutions[outcome]}: ${reason}`,
  WorkingCopyDerived: ({ copyId, purpose, tool, derivedAt }) => ({
    text: `Working copy ${copyId} made for ${purpose} with ${tool}`,
    occurredAt: derivedAt,
  }),
  AuthenticityAssessed: ({ outcome, by }) =>
    `Authenticity assessed by ${by.kind === 'own' ? 'own staff' : by.organisation}: ${outcome}`,
  EvidenceRestricted: ({ kind, provider }) => `Restricted by ${provider}: ${words(kind)}`,
  RestrictionLifted: ({ restrictionId }) => `Restriction ${restrictionId} lifted`,
  AdmissibilityRuled: ({ forum, proceeding, decision, ruledOn }) => ({
    text: `${forum} ruled in ${proceeding}: ${words(decision)}`,
    occurredAt: ruledOn,
  }),

  ReferralDrafted: ({ recipient, manifest }) =>
    `Referral to ${recipient} drafted, ${manifest.length} ${manifest.length === 1 ? 'entry' : 'entries'}`,
  ReferralApproved: ({ manifestHash }) => `Referral approved, manifest ${manifestHash}`,
  CaseReferred: ({ recipient, channel }) => `Case referred to ${recipient} by ${words(channel)}`,
  ReferralAcknowledged: ({ reference, on }) => ({
    text: `Referral acknowledged by its recipient${reference === undefined ? '' : ` as ${reference}`}`,
    occurredAt: on,
  }),
  ReferralDeclined: ({ reason, on }) => ({
    text: `Referral declined by its recipient: ${reason}`,
    occurredAt: on,
  }),
  OutcomeReported: ({ outcome, summary, on }) => ({
    text: `Recipient reported ${words(outcome)}: ${summary}`,
    occurredAt: on,
  }),
  ReferralWithdrawn: ({ reason }) => `Referral withdrawn before it was sent: ${reason}`,
  ReturnRequested: ({ reason, items }) =>
    `Return of ${items === undefined ? 'the whole referral' : `${items.length} entries`} requested: ${reason}`,
  ReferralFlagged: ({ ground, about, reason }) =>
    ground === 'consentWithdrawn'
      ? `Referral flagged: ${about ?? 'a witness'} withdrew a consent that it may rest on`
      : `Referral flagged: ${reason ?? words(ground)}`,
  ReferralFlagCleared: ({ reason }) => `Flag of the referral cleared: ${reason}`,

  WitnessRegistered: ({ pseudonym }) => `Witness registered under the pseudonym ${pseudonym}`,
  IdentityRevised: ({ reason }) => `What is sealed of the witness revised: ${reason}`,
  ConsentGiven: ({ recipient, purpose, scope, until, givenAt }) => ({
    text: `Witness consented to ${words(purpose)} by ${recipient}: ${scope.map(words).join(', ')}${until === undefined ? '' : `, until ${until}`}`,
    occurredAt: givenAt,
  }),
  ConsentWithdrawn: ({ consentId, withdrawnAt }) => ({
    text: `Witness withdrew consent ${consentId}`,
    occurredAt: withdrawnAt,
  }),
  RiskAssessed: ({ level, reviewBy, assessedOn }) => ({
    text: `Risk to the witness assessed as ${level}, to be reviewed by ${reviewBy}`,
    occurredAt: assessedOn,
  }),
  ProtectionOrdered: ({ level, orderedBy }) =>
    `Protection of the witness ordered${orderedBy === undefined ? '' : ` by ${orderedBy}`}: ${level}`,
  ProtectionLifted: ({ reason }) => `Protection of the witness lifted: ${reason}`,
  PriorAccountRecorded: ({ takenBy, takenOn, inCustodyOf }) => ({
    text: `Earlier account of the witness recorded, taken by ${takenBy}${inCustodyOf === undefined ? '' : ` in the custody of ${inCustodyOf}`}`,
    occurredAt: takenOn,
  }),
  InterviewPlanned: ({ capacity, plannedFor, purpose }) =>
    `Interview as ${words(capacity)} planned for ${plannedFor}: ${purpose}`,
  WitnessInterviewed: ({ capacity, at, irregularities }) => ({
    text: `Interviewed as ${words(capacity)}${irregularities.length > 0 ? `, with irregularities: ${irregularities.join(', ')}` : ''}`,
    occurredAt: at,
  }),
  StatementRecanted: ({ recantedOn, reason }) => ({
    text: `Witness recanted a statement: ${reason}`,
    occurredAt: recantedOn,
  }),
  ErasureRequested: ({ reason }) => `Erasure of the identity of the witness requested: ${reason}`,
  IdentityErased: ({ reason }) => `Identity of the witness erased: ${reason}`,

  SensitiveCommandRefused: ({ subject, command, code }) => ({
    text: `${command} refused: ${code}`,
    about: subject,
  }),
  ProtectedMaterialRead: ({ subject, material }) => ({
    text: `Protected material read: ${words(material)}`,
    about: subject,
  }),
};

const byType = new Map<string, (data: never) => Line | string>(Object.entries(lines));

/** Throws for a type without a line, which only an event of a newer program can be. */
export function lineOf(event: Pick<ProjectedEvent, 'type' | 'data'>): Line {
  // The event was decoded by the definition that the type of its line is made of.
  const line = byType.get(event.type)?.(trust<never>(event.data));
  if (line === undefined) throw new Error(`no line for ${event.type}`);
  return typeof line === 'string' ? { text: oneLine(line) } : { ...line, text: oneLine(line.text) };
}

const oneLine = (text: string) => text.replace(/\s+/gu, ' ').trim();

/** `reasonableGrounds` as a person writes it. */
export const words = (code: string) => code.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const ofCopy = (copyId: string | undefined) => (copyId === undefined ? '' : `of working copy ${copyId} `);

const holder = (one: Custodian) => (one.kind === 'staff' ? one.subject : one.organisation);

/** How whoever took an item over knew its content. */
const knownBy = { rehashed: ', content hashed again', stated: ', digest stated', none: '' } as const;

const resolutions = {
  restored: 'repaired by the registered content',
  resealed: 'closed by a new seal',
  acknowledged: 'acknowledged',
} as const;

const startOf = (period: Period | undefined) => period?.start;

function range(min: number, best: number | undefined, max: number | null): string {
  const bounds = max === null ? `at least ${min}` : min === max ? `${min}` : `${min} to ${max}`;
  return best === undefined || best === max ? bounds : `${bounds}, best ${best},`;
}

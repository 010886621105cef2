import { type Static, Type } from 'typebox';
import { aggregate, type DeepReadonly, defineEvents, type EvolveOf, versions } from '#event-sourcing';
import { personOf, type Who, whoIs } from '../person.js';
import { isSameName } from '../same.js';
import {
  bearing,
  type Bearing,
  caseStage,
  closureGround,
  issueFinding,
  profileName,
  stage,
  standard,
  thresholdResult,
  thresholdTest,
} from '../value-lists.js';
import { markApproved, request, requested, supersede } from '../approval.js';
import { digest, id, irregularities, object, subject, text } from '../values.js';

const opening = {
  reference: text(100),
  title: text(300),
  scope: text(4000),
  /** The court or authority the case is meant for; rulings and thresholds are those of this forum. */
  forum: text(300),
  profile: profileName,
};
const join = {
  /** The digest the item had when it joined; an item without content has none. Never changes while it is linked. */
  digest: Type.Optional(digest),
  /** Which part of the item matters: a page, a time code, a message number. */
  locator: Type.Optional(text(500)),
  relevance: text(2000),
};
/** The witness's statement that an item records: of an interview with us, or an account given to others before. */
export const recordedStatement = Type.Refine(
  object({ witnessId: id, interviewId: Type.Optional(id), accountId: Type.Optional(id) }),
  ({ interviewId, accountId }) => (interviewId === undefined) !== (accountId === undefined),
  () => 'a statement is of an interview or an earlier account',
);
const statement = Type.Optional(recordedStatement);
/** How an item bears on the case, and on each issue that it was reviewed for. */
const bearingsOfItem = { bearing, issueBearings: Type.Record(id, bearing) };
const proposition = {
  proposition: text(2000),
  incidentId: Type.Optional(id),
  /** The element of a crime that the issue is about, for instance one of the ICC's Elements of Crimes. */
  element: Type.Optional(text(300)),
};
const reassessment = { evidenceId: id, issueId: Type.Optional(id), to: bearing, reason: text(2000) };
const unlinking = { evidenceId: id, reason: text(2000) };
const closing = { ground: closureGround, reason: text(4000) };
const assessment = {
  test: thresholdTest,
  forum: text(300),
  incidentId: Type.Optional(id),
  basis: text(4000),
  result: thresholdResult,
};
export const basis = Type.Array(id, { maxItems: 200, uniqueItems: true });

export const investigationEvents = defineEvents('investigation', {
  InvestigationOpened: object(opening),
  AllegationAccepted: object({ allegationId: id }),
  IncidentAttached: object({ incidentId: id }),
  IncidentDetached: object({ incidentId: id, reason: text(2000) }),
  LeadAssigned: object({ lead: subject }),
  MemberAssigned: object({ member: subject, duty: text(300) }),
  MemberRemoved: object({ member: subject, reason: text(2000) }),
  ConflictOfInterestDeclared: object({ member: subject, reason: text(2000), irregularities }),
  EvidenceLinked: versions(object({ evidenceId: id, ...join, statement, bearing }), (older) => older),
  ReassessmentRequested: object({ ...request, ...reassessment }),
  BearingReassessed: object({ ...reassessment, from: bearing, requestId: Type.Optional(id) }),
  UnlinkRequested: object({ ...request, ...unlinking }),
  EvidenceUnlinked: object({ ...unlinking, requestId: Type.Optional(id) }),
  IssueFramed: object({ issueId: id, ...proposition }),
  IssueAssessed: object({
    issueId: id,
    finding: issueFinding,
    standard,
    basis,
    reasoning: Type.Optional(text(4000)),
  }),
  ThresholdAssessed: object(assessment),
  InvestigationAdvanced: object({ from: stage, to: stage }),
  InvestigationReturned: object({ from: stage, to: stage, reason: text(2000) }),
  InvestigationSuspended: object({ from: stage, reason: text(2000) }),
  InvestigationResumed: object({ to: stage, reason: text(2000) }),
  ClosureRequested: object({ ...request, ...closing }),
  InvestigationClosed: object({ ...closing, requestId: id }),
  InvestigationReopened: object({ newFact: text(4000) }),
});
export const {
  InvestigationOpened,
  AllegationAccepted,
  IncidentAttached,
  IncidentDetached,
  LeadAssigned,
  MemberAssigned,
  MemberRemoved,
  ConflictOfInterestDeclared,
  EvidenceLinked,
  ReassessmentRequested,
  BearingReassessed,
  UnlinkRequested,
  EvidenceUnlinked,
  IssueFramed,
  IssueAssessed,
  ThresholdAssessed,
  InvestigationAdvanced,
  InvestigationReturned,
  InvestigationSuspended,
  InvestigationResumed,
  ClosureRequested,
  InvestigationClosed,
  InvestigationReopened,
} = investigationEvents.make;

/** The case. */
export const Investigation = object({
  ...opening,
  stage: caseStage,
  /** The stage that a suspended case goes back to. */
  suspendedFrom: Type.Optional(stage),
  closed: Type.Optional(object(closing)),
  /** What the case was reopened for, oldest first. */
  newFacts: Type.Array(text(4000)),
  lead: Type.Optional(subject),
  members: Type.Record(subject, object({ duty: text(300) })),
  /** Who did anything in the case, themselves, through a service or for another; declaring a conflict is not that. */
  acted: Type.Array(subject),
  /** Who declared a conflict of interest, and why. Declared once, it stands. */
  conflicts: Type.Record(subject, object({ reasons: Type.Array(text(2000)), irregularities })),
  allegations: Type.Record(id, object({})),
  incidents: Type.Record(id, object({})),
  evidence: Type.Record(id, object({ ...join, statement, ...bearingsOfItem })),
  /** How items bore on the case that favoured the defence when they left it, until they rejoin. */
  unlinked: Type.Record(id, object(bearingsOfItem)),
  issues: Type.Record(
    id,
    object({
      ...proposition,
      /** One finding per standard of proof: what is established by a lower one may be contested by a higher. */
      findings: Type.Partial(
        Type.Record(standard, object({ finding: issueFinding, basis, reasoning: Type.Optional(text(4000)) })),
      ),
    }),
  ),
  /** The newest assessment of each test before each forum, for the case or for one incident of it. */
  thresholds: Type.Array(object(assessment)),
  requests: object({
    closures: Type.Record(id, object({ ...requested, ...closing })),
    unlinks: Type.Record(id, object({ ...requested, ...unlinking })),
    reassessments: Type.Record(id, object({ ...requested, ...reassessment })),
  }),
});
export type Investigation = Static<typeof Investigation>;
type Case = DeepReadonly<Investigation>;

type Test = Pick<Investigation['thresholds'][number], 'test' | 'forum' | 'incidentId'>;

/** Whether two assessments answer the same question, so that the newer takes the place of the older. */
export function isSameTest(one: Test, other: Test): boolean {
  return one.test === other.test && isSameName(one.forum, other.forum) && one.incidentId === other.incidentId;
}

const forTheDefence: readonly Bearing[] = ['exculpatory', 'mitigating', 'affectsCredibility'];
export const isForDefence = (is: Bearing): boolean => forTheDefence.includes(is);

/** Whether an item favours the defence, in the case or on any issue of it. */
export function favoursDefence(item: Pick<Case['evidence'][string], 'bearing' | 'issueBearings'>): boolean {
  return [item.bearing, ...Object.values(item.issueBearings)].some(isForDefence);
}

/** What a bearing is of: an item in the case, or an item on one issue of it. */
const bearingKey = ({ evidenceId, issueId = '' }: { evidenceId: string; issueId?: string }): string =>
  `${evidenceId}/${issueId}`;

/** A subject is whatever the sign-in says, `__proto__` too; without a prototype no name is special. */
const bySubject = (): Record<string, never> => Object.create(null);

/** Before the first event, which sets every field of the opening. */
const notOpened = (): Investigation => ({
  reference: '',
  title: '',
  scope: '',
  forum: '',
  profile: 'standard',
  stage: 'opened',
  newFacts: [],
  members: bySubject(),
  acted: [],
  conflicts: bySubject(),
  allegations: {},
  incidents: {},
  evidence: {},
  unlinked: {},
  issues: {},
  thresholds: [],
  requests: { closures: {}, unlinks: {}, reassessments: {} },
});

const evolve: EvolveOf<typeof investigationEvents, Investigation> = {
  InvestigationOpened: (draft, opened) => {
    Object.assign(draft, opened);
  },
  AllegationAccepted: (draft, { allegationId }) => {
    draft.allegations[allegationId] = {};
  },
  IncidentAttached: (draft, { incidentId }) => {
    draft.incidents[incidentId] = {};
  },
  IncidentDetached: (draft, { incidentId }) => {
    delete draft.incidents[incidentId];
  },
  LeadAssigned: (draft, { lead }) => {
    draft.lead = lead;
  },
  MemberAssigned: (draft, { member, duty }) => {
    draft.members[member] = { duty };
  },
  MemberRemoved: (draft, { member }) => {
    delete draft.members[member];
  },
  ConflictOfInterestDeclared: (draft, { member, reason, irregularities: found }) => {
    const declared = (draft.conflicts[member] ??= { reasons: [], irregularities: [] });
    declared.reasons.push(reason);
    declared.irregularities.push(...found);
  },
  EvidenceLinked: (draft, { evidenceId, ...joined }) => {
    draft.evidence[evidenceId] = {
      ...joined,
      issueBearings: draft.unlinked[evidenceId]?.issueBearings ?? {},
    };
    delete draft.unlinked[evidenceId];
  },
  ReassessmentRequested: (draft, { requestId, ...asked }, { actor }) => {
    const { reassessments } = draft.requests;
    supersede(reassessments, (earlier) => bearingKey(earlier) === bearingKey(asked));
    reassessments[requestId] = { ...asked, requestedBy: whoIs(actor) };
  },
  BearingReassessed: (draft, { evidenceId, issueId, to, requestId }, { actor }) => {
    const linked = draft.evidence[evidenceId];
    if (linked && issueId === undefined) linked.bearing = to;
    if (linked && issueId !== undefined) linked.issueBearings[issueId] = to;
    markApproved(draft.requests.reassessments, requestId, personOf(actor));
  },
  UnlinkRequested: (draft, { requestId, ...asked }, { actor }) => {
    supersede(draft.requests.unlinks, ({ evidenceId }) => evidenceId === asked.evidenceId);
    draft.requests.unlinks[requestId] = { ...asked, requestedBy: whoIs(actor) };
  },
  EvidenceUnlinked: (draft, { evidenceId, requestId }, { actor }) => {
    const left = draft.evidence[evidenceId];
    if (left && favoursDefence(left))
      draft.unlinked[evidenceId] = { bearing: left.bearing, issueBearings: left.issueBearings };
    delete draft.evidence[evidenceId];
    markApproved(draft.requests.unlinks, requestId, personOf(actor));
  },
  IssueFramed: (draft, { issueId, ...framed }) => {
    draft.issues[issueId] = { ...framed, findings: {} };
  },
  IssueAssessed: (draft, { issueId, standard: reached, ...finding }) => {
    const issue = draft.issues[issueId];
    if (issue) issue.findings[reached] = finding;
  },
  ThresholdAssessed: (draft, assessed) => {
    const earlier = draft.thresholds.findIndex((other) => isSameTest(other, assessed));
    draft.thresholds.splice(earlier === -1 ? draft.thresholds.length : earlier, 1, assessed);
  },
  InvestigationAdvanced: (draft, { to }) => {
    draft.stage = to;
  },
  InvestigationReturned: (draft, { to }) => {
    draft.stage = to;
  },
  InvestigationSuspended: (draft, { from }) => {
    draft.stage = 'suspended';
    draft.suspendedFrom = from;
  },
  InvestigationResumed: (draft, { to }) => {
    draft.stage = to;
    delete draft.suspendedFrom;
  },
  ClosureRequested: (draft, { requestId, ...asked }, { actor }) => {
    supersede(draft.requests.closures, () => true);
    draft.requests.closures[requestId] = { ...asked, requestedBy: whoIs(actor) };
  },
  InvestigationClosed: (draft, { requestId, ...closing }, { actor }) => {
    draft.stage = 'closed';
    draft.closed = closing;
    delete draft.suspendedFrom;
    markApproved(draft.requests.closures, requestId, personOf(actor));
  },
  InvestigationReopened: (draft, { newFact }) => {
    draft.stage = 'preliminaryExamination';
    draft.newFacts.push(newFact);
    delete draft.closed;
  },
};
const folded = aggregate(investigationEvents, Investigation, notOpened, evolve);

export const investigation: typeof folded = {
  ...folded,
  evolve: (draft, event, at) => {
    folded.evolve(draft, event, at);
    if (event.type !== 'ConflictOfInterestDeclared') noteActor(draft, whoIs(at.actor));
  },
};

function noteActor({ acted }: Investigation, { person, subject: signedIn }: Who): void {
  for (const name of [person, signedIn]) if (!acted.includes(name)) acted.push(name);
}

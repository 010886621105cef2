import { type DeepReadonly, type Guard, type Read, read } from '#event-sourcing';
import {
  type Evidence,
  isExcluded,
  isImpaired,
  isIrregular,
  isLeadOnly,
  isQuarantined,
} from '../evidence/evidence.js';
import type { Who } from '../person.js';
import { guard, type RefusalCode } from '../refusals.js';
import { isSameName } from '../same.js';
import type { Bearing, Stage, ThresholdTest } from '../value-lists.js';
import { statementBlockedBy, statementOf, witness, type Witness } from '../witness/witness.js';
import { type Investigation, isForDefence } from './investigation.js';
import { profiles } from './profiles.js';

/** Rules that several decisions share, and the board with them. */

export type Case = DeepReadonly<Investigation>;
type Rule = Guard<RefusalCode>;

/** A closed case takes no decision but to reopen it. */
export const isOpen = ({ stage }: Case): Rule => guard('investigation-closed', stage !== 'closed');

/**
 * What a case must be for work on it. A suspended one takes only what keeps it in order: resuming it, who works on
 * it, declared conflicts, and its closure.
 */
export const isActive = (state: Case): Rule[] => [
  isOpen(state),
  guard('investigation-suspended', state.stage !== 'suspended'),
];

/** The rules for advancing to a stage, whoever asks. */
export function advanceRules(state: Case, to: Stage): Rule[] {
  const { needsIncident, thresholds } = profiles[state.profile];
  return [
    leadHasNoConflict(state),
    ...(needsIncident ? [hasIncident(state)] : []),
    ...(to === 'investigation' ? areMet(state, thresholds) : []),
    ...(to === 'chargingReview' ? [isReviewed(state)] : []),
  ];
}

const leadHasNoConflict = ({ lead, conflicts }: Case): Rule =>
  guard('lead-conflicted', lead === undefined || conflicts[lead] === undefined, lead);

const hasIncident = ({ incidents }: Case): Rule =>
  guard('incident-missing', Object.keys(incidents).length > 0);

/** Rome Statute, article 54(1)(a): what has not been looked at may be what exonerates. */
function isReviewed({ evidence }: Case): Rule {
  const [unreviewed] = Object.entries(evidence).filter(([, { bearing }]) => bearing === 'unreviewed');
  return guard('bearing-unreviewed', unreviewed === undefined, unreviewed?.[0]);
}

const notMet = {
  jurisdiction: 'jurisdiction-not-met',
  complementarity: 'complementarity-not-met',
  gravity: 'gravity-not-met',
  interestsOfJustice: 'interests-of-justice-not-met',
} as const satisfies Record<ThresholdTest, RefusalCode>;

/**
 * All tests must be met for one and the same incident: jurisdiction over one and the gravity of another make no case.
 * Without incidents, or where it was assessed, the case itself counts. Of several incidents the one that lacks least
 * is told.
 */
function areMet(state: Case, tests: readonly ThresholdTest[]): Rule[] {
  const lacking = [undefined, ...Object.keys(state.incidents)].map((incidentId) =>
    tests.filter((test) => !isMet(state, test, incidentId)),
  );
  const [least = []] = lacking.toSorted((one, other) => one.length - other.length);
  return tests.map((test) => guard(notMet[test], !least.includes(test)));
}

/** Before the case's own forum. What was assessed for the case as a whole holds for each of its incidents. */
function isMet({ thresholds, forum }: Case, test: ThresholdTest, incidentId: string | undefined): boolean {
  const assessed = thresholds.filter((other) => other.test === test && isSameName(other.forum, forum));
  const ofCase = assessed.find((other) => other.incidentId === undefined);
  const counted = ofCase ?? assessed.find((other) => other.incidentId === incidentId);
  return counted?.result === 'met';
}

/** Whether a person may be given work on the case. */
export const hasNoConflict = ({ conflicts }: Case, person: string): Rule =>
  guard('conflict-of-interest', conflicts[person] === undefined, person);

/** A request that somebody made who should not have acted in the case falls, whoever approves it. */
export function askerHasNoConflict({ conflicts }: Case, { requestedBy }: { requestedBy: Who }): Rule {
  const conflicted = Object.values(requestedBy).find((name) => conflicts[name] !== undefined);
  return guard('asker-conflicted', conflicted === undefined, conflicted);
}

/** An item that is part of the case. */
export const isLinked = ({ evidence }: Case, evidenceId: string): Rule =>
  guard('evidence-not-linked', evidence[evidenceId] !== undefined, evidenceId);

/** An incident that is part of the case, where one is named. */
export const isAttached = ({ incidents }: Case, incidentId: string | undefined): Rule =>
  guard('incident-not-attached', incidentId === undefined || incidents[incidentId] !== undefined, incidentId);

export const issueExists = ({ issues }: Case, issueId: string | undefined): Rule =>
  guard('issue-unknown', issueId === undefined || issues[issueId] !== undefined, issueId);

/**
 * What a finding may rest on, and what may be said to incriminate, by its bearing. Material given as a lead only never;
 * what the forum excluded not, what is in quarantine not before that is resolved, and what was acquired irregularly or is
 * impaired only once the forum admitted it, unless it favours the defence (Rome Statute, article 67(2)). That an item found inauthentic is relied upon is not refused: a forgery
 * proves that somebody forged it.
 */
export function mayBeReliedUpon(
  { forum }: Case,
  item: DeepReadonly<Evidence>,
  evidenceId: string,
  bearing: Bearing,
): Rule[] {
  const isFree = isForDefence(bearing);
  return [
    guard('evidence-lead-only', !isLeadOnly(item), evidenceId),
    guard('evidence-excluded', isFree || !isExcluded(item, forum), evidenceId),
    guard(
      'evidence-irregular',
      isFree || !isIrregular(item, forum),
      `${evidenceId}: ${item.irregularities.join(', ')}`,
    ),
    guard('evidence-quarantined', isFree || !isQuarantined(item), evidenceId),
    guard('evidence-impaired', isFree || !isImpaired(item, forum), evidenceId),
  ];
}

type Recorded = Case['evidence'][string]['statement'];
type Known = DeepReadonly<Witness> | undefined;

/** The witnesses whose statements items record: what a decision that relies on the items has to read. */
export function witnessesOf(...statements: readonly Recorded[]): Read<Witness>[] {
  return statements.flatMap((recorded) => (recorded ? [read(witness, recorded.witnessId)] : []));
}

/**
 * What a statement must be to be relied upon: made with the rights that its maker had, and freely (Rome Statute, articles
 * 55 and 69(7)). It may always favour the defence. That it was recanted is not refused: which word is true is for those
 * who weigh both.
 */
export function statementMayBeReliedUpon(
  recorded: Recorded,
  itsWitness: Known,
  evidenceId: string,
  bearing: Bearing,
): Rule[] {
  if (recorded === undefined || itsWitness === undefined) return [];
  const blocked = statementBlockedBy(itsWitness, recorded.interviewId ?? recorded.accountId ?? '');
  const detail = `${evidenceId}: ${blocked.join(', ')}`;
  return [guard('statement-irregular', isForDefence(bearing) || blocked.length === 0, detail)];
}

/** An item that is to join as the record of a statement: the statement has to be there. */
export function statementExists(recorded: Recorded, itsWitness: Known): Rule[] {
  if (recorded === undefined) return [];
  const statement = recorded.interviewId ?? recorded.accountId ?? '';
  return [
    guard('witness-unknown', itsWitness !== undefined, recorded.witnessId),
    guard('statement-unknown', !itsWitness || statementOf(itsWitness, statement) !== undefined, statement),
  ];
}

/**
 * The rules for giving an item a bearing. Only `incriminating` relies on it: whatever restricts an item, that it
 * favours the defence can always be written down (Rome Statute, article 67(2)).
 */
export function bearingRules(
  state: Case,
  evidenceId: string,
  item: DeepReadonly<Evidence> | undefined,
  bearing: Bearing,
  itsWitness: Known,
  recorded = state.evidence[evidenceId]?.statement,
): Rule[] {
  if (!item) return [guard('evidence-unknown', false, evidenceId)];
  if (bearing !== 'incriminating') return [];
  return [
    ...mayBeReliedUpon(state, item, evidenceId, bearing),
    ...statementMayBeReliedUpon(recorded, itsWitness, evidenceId, bearing),
  ];
}

/** Leaving a bearing that favours the defence, even for another that does, takes a second person. */
export const needsNoSecondPerson = (favours: boolean): Rule => guard('second-person-required', !favours);

/** Leaving the case and coming back is no way around the second person either. */
export function rejoinsWithItsBearing({ unlinked }: Case, evidenceId: string, bearing: Bearing): Rule {
  const left = unlinked[evidenceId]?.bearing ?? bearing;
  return guard('rejoins-with-its-bearing', left === bearing || !isForDefence(left), left);
}

/** A finding keeps its basis: what it rests on is unlinked only after the issue was assessed without it. */
export function isNoBasis({ issues }: Case, evidenceId: string): Rule {
  const resting = Object.entries(issues).find(([, { findings }]) =>
    Object.values(findings).some(({ basis }) => basis.includes(evidenceId)),
  );
  return guard('evidence-is-basis', resting === undefined, resting?.[0]);
}

import type { Guard } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard, type RefusalCode } from '../refusals.js';
import { areReviewed, interpretsOnly, isNotInFuture, type Known, wereFree } from './guards.js';
import type { Interview } from './statements.js';
import { consentThen, ownInstitution } from './witness.js';

type Rule = Guard<RefusalCode>;
type Held = Interview & { readonly interviewId?: string };

/** What an interview should have been, by the person's rights, the preparation, and what is left of it. */
export function interviewRules(state: Known, held: Held, now: string): Rule[] {
  return [
    isNotInFuture(held.at, now),
    ...preparation(state, held),
    ...(hasSuspectRights(held) ? suspectRights(held) : []),
    ...wereFree(held.voluntariness, held.inCustodyOf),
    understood(held),
    interpretsOnly(held.interpreterId, held.interviewerIds),
    guard('minor-unaccompanied', held.minor !== true || held.supportPersonId !== undefined),
    guard('recording-missing', held.recordingEvidenceId !== undefined),
  ];
}

/** Consent counts as it was then; accounts that were taken later could not be looked at. */
function preparation(state: Known, held: Held): Rule[] {
  const { interviewId = '', at, priorAccountsReviewed = [] } = held;
  const plan = state.plans[interviewId];
  const accounts = Object.entries(state.priorAccounts).filter(([, { takenOn }]) => !isBefore(at, takenOn));
  return [
    guard('interview-unplanned', plan !== undefined, interviewId),
    guard('interview-on-record', state.interviews[interviewId] === undefined, interviewId),
    guard(
      'consent-missing',
      consentThen(state, { recipient: ownInstitution, purpose: 'interview', at }) !== undefined,
    ),
    areReviewed(
      accounts.map(([accountId]) => accountId),
      [...(plan?.priorAccountsReviewed ?? []), ...priorAccountsReviewed],
    ),
  ];
}

/** Whoever is asked about own acts has the rights of a suspect, whatever the capacity: Rome Statute, article 55(2). */
const hasSuspectRights = ({ capacity, ownActs = capacity === 'prisonerOfWar' }: Interview): boolean =>
  capacity === 'suspect' || ownActs;

function suspectRights({ rightsCaution: caution, counsel, at }: Interview): Rule[] {
  return [
    guard('caution-missing', caution.given),
    guard('caution-late', caution.at === undefined || !isBefore(at, caution.at), caution.at),
    guard('counsel-missing', counsel.present || counsel.waived === true),
  ];
}

/** Whether the person understood what was asked: Rome Statute, article 55(1)(c). */
function understood({ language, understands = [language], interpreterId }: Interview): Rule {
  const isUnderstood = understands.some((tag) => primary(tag) === primary(language));
  return guard('interpreter-missing', isUnderstood || interpreterId !== undefined, language);
}

/** `uk` of `uk-UA`: dialects of one language are told apart by nobody here. */
const primary = (tag: string) => tag.toLowerCase().split('-')[0];

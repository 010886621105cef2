import {
  type AwaitedApproval,
  awaitedInCase,
  awaitedOnItem,
  awaitedOnReferral,
  awaitedOnWitness,
  consentsToRenew,
  evidence,
  type Evidence,
  investigation,
  type Investigation,
  isTransmitted,
  openFlags,
  openOffer,
  referral,
  type Referral,
  witness,
  type Witness,
} from '#domain';
import { derivedId, idOf, streamOf } from '#event-sourcing';
import type { InquestEvent } from './domain-events.js';
import type { Held } from './folded.js';
import { lastMoment } from './moments.js';
import type { Handlers } from './rows.js';
import { words } from './timeline-lines.js';

/** What waits, by what each stream holds. Whether it waits now, and for whom, is asked when the inbox is read. */

export const inboxKinds = [
  'custodyOffer',
  'approval',
  'consentEnding',
  'riskReview',
  'overdueOffer',
  'flag',
] as const;

/** The use cases that settle what waits: to whoever may carry one out, it is shown. */
export const inboxActions = [
  'ApproveClosure',
  'ApproveReassessment',
  'ApproveUnlink',
  'ApproveQuarantineResolution',
  'ApproveErasure',
  'ApproveReferral',
  'AcceptCustody',
  'WithdrawOffer',
  'GiveConsent',
  'AssessRisk',
  'ClearFlag',
  'RequestReturn',
] as const;

/** When what waits was recorded, by the id of the request, offer, consent, flag, witness or referral. */
export interface Since {
  readonly since: Record<string, string>;
}

type Noted = { readonly recordedAt: string };
const requested = ({ requestId }: { requestId: string }, { recordedAt }: Noted, { since }: Since): void => {
  since[requestId] = recordedAt;
};
export const sinceHandlers: Handlers<InquestEvent, Since> = {
  ReassessmentRequested: requested,
  UnlinkRequested: requested,
  ClosureRequested: requested,
  QuarantineResolutionRequested: requested,
  ErasureRequested: requested,
  CustodyOffered: ({ offerId }, { recordedAt }, { since }) => {
    since[offerId] = recordedAt;
  },
  ConsentGiven: ({ consentId }, { recordedAt }, { since }) => {
    since[consentId] = recordedAt;
  },
  RiskAssessed: (_, { aggregateId, recordedAt }, { since }) => {
    since[aggregateId] = recordedAt;
  },
  ReferralFlagged: ({ flagId }, { recordedAt }, { since }) => {
    since[flagId] = recordedAt;
  },
  ReferralDrafted: (_, { aggregateId, recordedAt }, { since }) => {
    since[aggregateId] = recordedAt;
  },
};

interface Waiting {
  readonly kind: (typeof inboxKinds)[number];
  /** Among what waits on this stream: when it was recorded is noted under this id. */
  readonly itemId: string;
  readonly title: string;
  readonly action: string;
  readonly due?: string | undefined;
  readonly approval?: AwaitedApproval;
  readonly flagId?: string;
  readonly askedBy?: { readonly person: string; readonly subject: string };
  /** The one person it waits for; left out where roles decide. */
  readonly waitsFor?: string;
  /** The stream of the item of evidence that it is about, where that is not its subject. */
  readonly about?: string | undefined;
}

interface Subject {
  readonly stream: string;
  readonly since: Since['since'];
  /** The case it is part of: nobody sees it who declared a conflict of interest there. */
  readonly caseId?: string;
  /** The cases by which it is found. */
  readonly cases?: readonly string[];
}

function rowOf({ stream, since, caseId, cases = [] }: Subject, waiting: Waiting) {
  const { kind, itemId, title, action, due, approval, askedBy, waitsFor, about, flagId } = waiting;
  const recordedAt = since[itemId] ?? '';
  const dueEnd = due === undefined ? null : lastMoment(due);
  return {
    id: derivedId(stream, kind, itemId),
    kind,
    stream,
    subject_id: idOf(stream),
    about: about ?? null,
    title,
    action,
    request_id: approval?.requestId ?? null,
    digest: approval?.digest ?? null,
    flag_id: flagId ?? null,
    since: recordedAt,
    due: due ?? null,
    due_end: dueEnd,
    due_order: `${dueEnd ?? 'never'} ${recordedAt}`,
    asked_by: askedBy?.person ?? null,
    asked_through: askedBy?.subject ?? null,
    waits_for: waitsFor ?? null,
    investigation_id: caseId ?? null,
    investigations: cases,
  };
}

export type InboxItem = ReturnType<typeof rowOf>;

function approvalOf(approval: AwaitedApproval, itemId: string, title: string, about?: string): Waiting {
  const { approve: action, expiresAt: due, requestedBy: askedBy } = approval;
  return { kind: 'approval', itemId, title, action, due, approval, askedBy, about };
}

/** What is approved in a case, by the use case that approves. */
const titles = new Map([
  ['ApproveClosure', 'Closure of case'],
  ['ApproveUnlink', 'An item of evidence leaves case'],
  ['ApproveReassessment', 'Another bearing of an item of evidence in case'],
]);

export function itemsOfCase({ id, state, notes }: Held<Investigation, Since>): InboxItem[] {
  const subject = { stream: streamOf(investigation.category, id), ...notes, caseId: id, cases: [id] };
  return awaitedInCase(state).map((approval) => {
    const { approve, requestId = id, evidenceId } = approval;
    const about = evidenceId === undefined ? undefined : streamOf(evidence.category, evidenceId);
    const title = `${titles.get(approve) ?? approve} ${state.reference}`;
    return rowOf(subject, approvalOf(approval, requestId, title, about));
  });
}

export function itemsOfExhibit({ id, state, notes }: Held<Evidence, Since>): InboxItem[] {
  const subject = { stream: streamOf(evidence.category, id), ...notes };
  const exhibit = `exhibit ${state.exhibitNumber}`;
  const approvals = awaitedOnItem(state).map((approval) => {
    const { requestId = id, outcome, copyId } = approval;
    const what = copyId === undefined ? exhibit : `a working copy of ${exhibit}`;
    return approvalOf(approval, requestId, `End of quarantine of ${what}: ${outcome}`);
  });
  return [...approvals, ...offersOf(state, exhibit)].map((waiting) => rowOf(subject, waiting));
}

/**
 * An offer waits for the person to whom it is made; what an organisation takes is recorded by anybody but whoever offered,
 * so it waits for nobody in particular. One that is late comes back to the custodian, who can withdraw it.
 */
function offersOf(state: Evidence, exhibit: string): Waiting[] {
  const open = openOffer(state);
  if (!open) return [];
  const { offerId: itemId, to, expectedBy: due, offeredBy: askedBy } = open;
  const { custodian } = state;
  const offer = { itemId, due, askedBy };
  const offered: Waiting[] =
    to.kind === 'staff'
      ? [
          {
            ...offer,
            kind: 'custodyOffer',
            title: `Custody of ${exhibit}`,
            action: 'AcceptCustody',
            waitsFor: to.subject,
          },
        ]
      : [];
  if (due === undefined) return offered;
  const waitsFor = custodian.kind === 'staff' ? custodian.subject : askedBy.person;
  const title = `Custody of ${exhibit}, not taken over in time`;
  return [...offered, { ...offer, kind: 'overdueOffer', title, action: 'WithdrawOffer', waitsFor }];
}

export function itemsOfWitness({ id, state, notes }: Held<Witness, Since>): InboxItem[] {
  const { pseudonym, risk, plans, interviews } = state;
  const cases = new Set(
    [...Object.values(plans), ...Object.values(interviews)].map((of) => of.investigationId),
  );
  const subject = { stream: streamOf(witness.category, id), ...notes, cases: [...cases] };
  const waiting: Waiting[] = awaitedOnWitness(state).map((approval) =>
    approvalOf(approval, approval.requestId ?? id, `Erasure of who ${pseudonym} is`),
  );
  if (!state.erased) {
    for (const { consentId: itemId, recipient, purpose, until: due } of consentsToRenew(state)) {
      const title = `Consent of ${pseudonym} for ${recipient}: ${words(purpose)}`;
      waiting.push({ kind: 'consentEnding', itemId, title, action: 'GiveConsent', due });
    }
    const title = `Risk of ${pseudonym}, to be assessed anew`;
    if (risk)
      waiting.push({ kind: 'riskReview', itemId: id, title, action: 'AssessRisk', due: risk.reviewBy });
  }
  return waiting.map((one) => rowOf(subject, one));
}

export function itemsOfReferral({ id, state, notes }: Held<Referral, Since>): InboxItem[] {
  const caseId = idOf(state.subject);
  const subject = { stream: streamOf(referral.category, id), ...notes, caseId, cases: [caseId] };
  const approvals = awaitedOnReferral(state).map((approval) =>
    approvalOf(approval, id, `Referral to ${state.recipient}`),
  );
  return [...approvals, ...flagsOf(state)].map((waiting) => rowOf(subject, waiting));
}

/** Before it is sent, somebody finds out whether it may go on; afterwards, whether it has to come back. */
function flagsOf(state: Referral): Waiting[] {
  const action = isTransmitted(state) ? 'RequestReturn' : 'ClearFlag';
  return openFlags(state).map(({ flagId, ground }) => ({
    kind: 'flag',
    itemId: flagId,
    title: `Referral to ${state.recipient}, flagged: ${words(ground)}`,
    action,
    flagId,
  }));
}

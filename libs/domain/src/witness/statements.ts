import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import { interviewCapacity, voluntarinessFinding } from '../value-lists.js';
import { dayOrInstant, id, irregularities, language, object, text } from '../values.js';

/** Whether somebody spoke freely, and what that rests on. */
export const voluntariness = object({ finding: voluntarinessFinding, basis: text(2000) });

/** What the witness told others before: journalists, other institutions, those who held the witness captive. */
export const priorAccount = {
  /** The organisation that took it. A person who did is under a pseudonym, or is left out. */
  takenBy: text(300),
  takenOn: dayOrInstant,
  /** Who held the witness then; nothing where the witness was free. */
  inCustodyOf: Type.Optional(text(300)),
  voluntariness,
  /** The item that holds it. */
  evidenceId: Type.Optional(id),
  language: Type.Optional(language),
  circumstances: Type.Optional(text(2000)),
};

/** Members of staff and others who take part, by pseudonyms. */
export const participants = {
  interviewerIds: Type.Array(id, { minItems: 1, maxItems: 20, uniqueItems: true }),
  interpreterId: Type.Optional(id),
};

export const accountIds = Type.Array(id, { maxItems: 200, uniqueItems: true });

/** An interview that is to be: Méndez Principles (2021), principle 2, on preparing it. */
export const plan = {
  investigationId: id,
  capacity: interviewCapacity,
  plannedFor: dayOrInstant,
  ...participants,
  priorAccountsReviewed: accountIds,
  purpose: text(2000),
};

/** An interview that was: Istanbul Protocol (2022), chapter IV; ICC Rules of Procedure and Evidence, 111 and 112. */
export const interview = {
  investigationId: id,
  capacity: interviewCapacity,
  /** Whether it was about what the person did: then the rights of a suspect apply, in whatever capacity. */
  ownActs: Type.Optional(Type.Boolean()),
  at: dayOrInstant,
  language,
  /** Those that the person understands fully; left out where it is the language of the interview. */
  understands: Type.Optional(Type.Array(language, { minItems: 1, maxItems: 20, uniqueItems: true })),
  ...participants,
  /** Rome Statute, article 55(2): told of the rights before being questioned. */
  rightsCaution: object({
    given: Type.Boolean(),
    language: Type.Optional(language),
    at: Type.Optional(dayOrInstant),
  }),
  counsel: object({
    present: Type.Boolean(),
    waived: Type.Optional(Type.Boolean()),
    counselId: Type.Optional(id),
  }),
  /** The item that holds the recording. */
  recordingEvidenceId: Type.Optional(id),
  place: Type.Optional(text(500)),
  minor: Type.Optional(Type.Boolean()),
  /** Who was there in support, by a pseudonym. */
  supportPersonId: Type.Optional(id),
  /** Who held the person then; nothing where the person was free. */
  inCustodyOf: Type.Optional(text(300)),
  voluntariness: Type.Optional(voluntariness),
  /** Accounts that were looked at beside those of the plan. */
  priorAccountsReviewed: Type.Optional(accountIds),
};

/** Which statement: of an interview with us, or an earlier account. Exactly one of the two. */
export const statementId = {
  interviewId: Type.Optional(id),
  accountId: Type.Optional(id),
};

/** That the person took a statement back, or parts of it. */
export const recantation = {
  ...statementId,
  recantedOn: dayOrInstant,
  reason: text(4000),
  circumstances: Type.Optional(text(2000)),
  voluntariness,
};

export const heldAccount = object({ ...priorAccount, irregularities, recanted: Type.Boolean() });
export const heldInterview = object({ ...interview, irregularities, recanted: Type.Boolean() });
/** An interview as it was, whatever was irregular about it. */
export type Interview = DeepReadonly<Omit<Static<typeof heldInterview>, 'irregularities' | 'recanted'>>;
export const heldRecantation = object({ ...recantation, irregularities });

interface Stating {
  readonly interviews: Readonly<Record<string, DeepReadonly<Static<typeof heldInterview>>>>;
  readonly priorAccounts: Readonly<Record<string, DeepReadonly<Static<typeof heldAccount>>>>;
}

/**
 * Irregularities for which a statement cannot be relied upon against anybody: rights that were withheld (Rome Statute,
 * articles 55 and 69(7)), and words that were not free (Convention against Torture, article 15). The others say how much
 * weight it has.
 */
export const blockingIrregularities: readonly string[] = [
  'caution-missing',
  'caution-late',
  'counsel-missing',
  'not-voluntary',
  'voluntariness-unknown',
];

/** An interview or an earlier account, by its id; nothing where the witness made no such statement. */
export function statementOf({ interviews, priorAccounts }: Stating, statement: string) {
  return interviews[statement] ?? priorAccounts[statement];
}

/** Why a statement cannot be relied upon; empty where it can, and where there is no such statement. */
export function statementBlockedBy(witness: Stating, statement: string): string[] {
  const found = statementOf(witness, statement)?.irregularities ?? [];
  return found.filter((code) => blockingIrregularities.includes(code));
}

/** Whether a statement of the witness is on record, by the id of its interview or account, and nothing blocks it. */
export function mayStatementBeReliedUpon(witness: Stating, statement: string): boolean {
  return statementOf(witness, statement) !== undefined && statementBlockedBy(witness, statement).length === 0;
}

/** Whether the witness took the statement back. It stays, and so do its uses; they are marked. */
export function isRecanted(witness: Stating, statement: string): boolean {
  return statementOf(witness, statement)?.recanted ?? false;
}

import { type Static, Type } from 'typebox';
import { type Actor, decision, demand, type DeepReadonly, Field, type Guard, read } from '#event-sourcing';
import { isBefore } from '../before.js';
import { type Investigation, investigation } from '../investigation/investigation.js';
import { whoIs } from '../person.js';
import { guard, type RefusalCode } from '../refusals.js';
import { isSame } from '../same.js';
import { interviewCapacity } from '../value-lists.js';
import { dayOrInstant, type Id, id, text } from '../values.js';
import { areReviewed, interpretsOnly, isNotErased } from './guards.js';
import { accountIds, participants } from './statements.js';
import { consentFor, InterviewPlanned, ownInstitution, witness } from './witness.js';

/**
 * Plans an interview for a case that is open: with the witness's consent to be interviewed by us, and after what the
 * witness said before was looked at, so that nobody is made to tell it all once more for nothing.
 */
export class PlanInterview {
  @Field(id) readonly investigationId!: Id;
  @Field(interviewCapacity) readonly capacity!: Static<typeof interviewCapacity>;
  @Field(dayOrInstant) readonly plannedFor!: string;
  /** Pseudonyms. */
  @Field(participants.interviewerIds) readonly interviewerIds!: Id[];
  @Field(Type.Optional(id)) readonly interpreterId?: Id;
  /** Every account on record. */
  @Field(accountIds) readonly priorAccountsReviewed!: Id[];
  @Field(text(2000)) readonly purpose!: string;
}

/**
 * A consent that is withdrawn, or an account that is recorded, in between is in the same stream: a conflict of revisions,
 * and it is decided anew. Afterwards the plan stands, and an interview that is held nevertheless is irregular. A case
 * that is closed in between has a plan that nobody carries out.
 */
export const planInterview = decision(witness, PlanInterview, {
  reads: (_, { investigationId }) => ({ case: read(investigation, investigationId) }),
  decide: (state, command, { now, newId, actor, case: itsCase }) => {
    if (Object.values(state.plans).some((other) => isSame(other, command))) return [];
    const { investigationId, plannedFor, interviewerIds, interpreterId, priorAccountsReviewed } = command;
    const consented = [now, plannedFor].every((at) =>
      consentFor(state, { recipient: ownInstitution, purpose: 'interview', at }),
    );
    const unknown = priorAccountsReviewed.find((accountId) => !state.priorAccounts[accountId]);
    demand(
      isNotErased(state),
      guard('investigation-unknown', itsCase !== undefined, investigationId),
      guard('investigation-closed', itsCase?.stage !== 'closed'),
      guard('investigation-suspended', itsCase?.stage !== 'suspended'),
      hasNoConflict(itsCase, actor),
      guard('planned-in-past', !isBefore(plannedFor, now), plannedFor),
      guard('consent-missing', consented),
      guard('account-unknown', unknown === undefined, unknown),
      areReviewed(Object.keys(state.priorAccounts), priorAccountsReviewed),
      interpretsOnly(interpreterId, interviewerIds),
    );
    return [InterviewPlanned({ interviewId: newId('interview'), ...command })];
  },
});

/** Whoever declared a conflict of interest in the case asks nobody about it. */
function hasNoConflict(itsCase: DeepReadonly<Investigation> | undefined, actor: Actor): Guard<RefusalCode> {
  const conflicted = Object.values(whoIs(actor)).find((name) => itsCase?.conflicts[name] !== undefined);
  return guard('conflict-of-interest', conflicted === undefined, conflicted);
}

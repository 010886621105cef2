import { Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { dayOrInstant, text } from '../values.js';
import { allegation, AllegationWithdrawn } from './allegation.js';

/**
 * Records that the source took its words back. The allegation keeps its triage and its links: a duty to look into what
 * was claimed does not end with the claimant, but the account supports nothing any more.
 */
export class WithdrawAllegation {
  /** When the source did it, where that is known. */
  @Field(Type.Optional(dayOrInstant)) readonly withdrawnOn?: string;
  @Field(text(2000)) readonly reason!: string;
}

export const withdrawAllegation = fact(allegation, WithdrawAllegation, {
  rules: (_, { withdrawnOn }, { now }) => [
    guard('date-in-future', withdrawnOn === undefined || !isBefore(now, withdrawnOn)),
  ],
  record: (state, command, { irregularities }) =>
    isSame(state.withdrawal, command) ? [] : [AllegationWithdrawn({ ...command, irregularities })],
});

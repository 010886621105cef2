import { type Static, Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { referralOutcome } from '../value-lists.js';
import { dayOrInstant, text } from '../values.js';
import { actRules, isNotDeclined, isRecorded } from './recipient-acts.js';
import { OutcomeReported, referral } from './referral.js';

/** Records what became of the case before its recipient; there may be many reports over the years. */
export class ReportOutcome {
  @Field(referralOutcome) readonly outcome!: Static<typeof referralOutcome>;
  @Field(Type.Optional(dayOrInstant)) readonly on?: string;
  @Field(text(4000)) readonly summary!: string;
  /** The recipient's own reference of the decision. */
  @Field(Type.Optional(text(300))) readonly reference?: string;
}

export const reportOutcome = fact(referral, ReportOutcome, {
  rules: (state, { on }, { now }) => [...actRules(state, on, now), isNotDeclined(state)],
  record: (state, command, { irregularities }) =>
    isRecorded(state.outcomes, command) ? [] : [OutcomeReported({ ...command, irregularities })],
});

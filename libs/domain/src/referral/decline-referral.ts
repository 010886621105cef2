import { Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { dayOrInstant, text } from '../values.js';
import { actRules, isRecorded } from './recipient-acts.js';
import { referral, ReferralDeclined } from './referral.js';

/** Records that the recipient does not take the case. What it was sent stays on record as sent. */
export class DeclineReferral {
  @Field(text(4000)) readonly reason!: string;
  @Field(Type.Optional(dayOrInstant)) readonly on?: string;
}

export const declineReferral = fact(referral, DeclineReferral, {
  rules: (state, { on }, { now }) => actRules(state, on, now),
  record: (state, command, { irregularities }) =>
    isRecorded(state.refusalsByRecipient, command) ? [] : [ReferralDeclined({ ...command, irregularities })],
});

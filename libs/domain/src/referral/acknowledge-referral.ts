import { Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { dayOrInstant, text } from '../values.js';
import { actRules, isNotDeclined, isRecorded } from './recipient-acts.js';
import { referral, ReferralAcknowledged } from './referral.js';

/** Records that the recipient says it has received the case. */
export class AcknowledgeReferral {
  /** The recipient's own file number. */
  @Field(Type.Optional(text(300))) readonly reference?: string;
  @Field(Type.Optional(dayOrInstant)) readonly on?: string;
  /** The office that acknowledged it, never a person. */
  @Field(Type.Optional(text(300))) readonly by?: string;
}

export const acknowledgeReferral = fact(referral, AcknowledgeReferral, {
  rules: (state, { on }, { now }) => [...actRules(state, on, now), isNotDeclined(state)],
  record: (state, command, { irregularities }) =>
    isRecorded(state.acknowledgements, command) ? [] : [ReferralAcknowledged({ ...command, irregularities })],
});

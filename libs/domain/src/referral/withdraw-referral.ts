import { decision, demand, Field, idOf, read } from '#event-sourcing';
import { investigation } from '../investigation/investigation.js';
import { isSame } from '../same.js';
import { text } from '../values.js';
import { hasNoConflict, isNotTransmitted, isNotWithdrawn } from './guards.js';
import { referral, ReferralWithdrawn } from './referral.js';

/** Takes a referral back before it is sent. Afterwards its return can be requested; that it was sent stays. */
export class WithdrawReferral {
  @Field(text(4000)) readonly reason!: string;
}

export const withdrawReferral = decision(referral, WithdrawReferral, {
  sensitive: true,
  reads: ({ subject }) => ({ found: read(investigation, idOf(subject)) }),
  decide: (state, command, { actor, found }) => {
    if (isSame(state.withdrawal, command)) return [];
    demand(isNotWithdrawn(state), isNotTransmitted(state), hasNoConflict(found, actor));
    return [ReferralWithdrawn({ ...command })];
  },
});

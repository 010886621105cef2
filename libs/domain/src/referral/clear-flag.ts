import { decision, demand, Field, idOf, read } from '#event-sourcing';
import { investigation } from '../investigation/investigation.js';
import { refuse } from '../refusals.js';
import { type Id, id } from '../values.js';
import { clearing } from './flags.js';
import { hasNoConflict } from './guards.js';
import { referral, ReferralFlagCleared } from './referral.js';

/** Says that a flagged referral was looked at, and why it may go on, or may stay where it is. */
export class ClearFlag {
  @Field(id) readonly flagId!: Id;
  @Field(clearing.reason) readonly reason!: string;
}

/** It opens no other way: consents, restrictions and approvals are asked for as before. Cleared is cleared. */
export const clearFlag = decision(referral, ClearFlag, {
  sensitive: true,
  reads: ({ subject }) => ({ found: read(investigation, idOf(subject)) }),
  decide: (state, { flagId, reason }, { actor, found }) => {
    const { cleared } = state.flags[flagId] ?? refuse('flag-unknown', flagId);
    if (cleared) return [];
    demand(hasNoConflict(found, actor));
    return [ReferralFlagCleared({ flagId, reason })];
  },
});

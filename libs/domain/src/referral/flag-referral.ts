import { decision, demand, Field, idOf, read } from '#event-sourcing';
import { investigation } from '../investigation/investigation.js';
import { guard } from '../refusals.js';
import { text } from '../values.js';
import { isHandedOn, openFlags } from './flags.js';
import { hasNoConflict, isNotWithdrawn } from './guards.js';
import { isNotDeclined } from './recipient-acts.js';
import { referral, ReferralFlagged } from './referral.js';

/** Stops a referral until somebody has looked at it again; of one that was sent, asks for that look. */
export class FlagReferral {
  /** What is to be looked at. It says nothing of who a witness is. */
  @Field(text(4000)) readonly reason!: string;
}

/** The same concern again, while it is open, is the same flag. One that was cleared can come up again. */
export const flagReferral = decision(referral, FlagReferral, {
  sensitive: true,
  reads: ({ subject }) => ({ found: read(investigation, idOf(subject)) }),
  decide: (state, { reason }, { actor, newId, found }) => {
    if (openFlags(state).some((open) => open.ground === 'concern' && open.reason === reason)) return [];
    demand(
      isNotWithdrawn(state),
      isNotDeclined(state),
      guard('referral-return-requested', isHandedOn(state)),
      hasNoConflict(found, actor),
    );
    return [ReferralFlagged({ flagId: newId('flag'), ground: 'concern', reason })];
  },
});

import { type Static, Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { referralChannel } from '../value-lists.js';
import { text } from '../values.js';
import { nothingBlocks } from './delivery.js';
import {
  earlierHandsHaveNoConflict,
  firstOf,
  hasNoConflict,
  isNotFlagged,
  isNotTransmitted,
  isNotWithdrawn,
} from './guards.js';
import { movedIn, namedIn, readsOf } from './manifest.js';
import { CaseReferred, referral } from './referral.js';

/** Decides that the approved referral goes to its recipient now. */
export class TransmitReferral {
  @Field(referralChannel) readonly channel!: Static<typeof referralChannel>;
  /** Of the consignment: a receipt number, a note verbale. */
  @Field(Type.Optional(text(300))) readonly reference?: string;
}

/**
 * Consent may be withdrawn, an item restricted or quarantined, a witness erased between the reads and the append. This
 * decision hands out nothing: the package is delivered by a query that reads everything anew after `CaseReferred` and
 * delivers nothing while `nothingBlocks` does not hold. So whatever is on record before a delivery begins holds
 * for it, also what lost this race. What is on record afterwards finds past sharing, and blocks the next delivery.
 */
export const transmitReferral = decision(referral, TransmitReferral, {
  sensitive: true,
  reads: (state) => readsOf(namedIn(state)),
  decide: (state, command, { actor, now, ...states }) => {
    const { channel, reference } = state.transmission ?? {};
    if (state.transmission && isSame({ channel, reference }, command)) return [];
    const moved = movedIn(state, states);
    const { approval } = state;
    demand(
      isNotWithdrawn(state),
      isNotTransmitted(state),
      hasNoConflict(states.subject?.state, actor),
      earlierHandsHaveNoConflict(states.subject?.state, state),
      guard('referral-not-approved', approval !== undefined),
      guard(
        'approval-expired',
        approval !== undefined && Date.parse(now) < Date.parse(approval.expiresAt),
        approval?.expiresAt,
      ),
      nothingBlocks(state, states, now),
      isNotFlagged(state),
      guard('manifest-moved', moved.length === 0, firstOf(moved)),
    );
    const { recipient, manifestHash } = state;
    return [CaseReferred({ recipient, manifestHash, ...command, transmittedAt: now })];
  },
});

import { decision, demand, Field } from '#event-sourcing';
import { guard, refuse } from '../refusals.js';
import { type Id, id, text } from '../values.js';
import { CustodyOfferWithdrawn, evidence } from './evidence.js';
import { mayGive } from './guards.js';

/** Takes an offer of custody back before anybody has settled it. */
export class WithdrawOffer {
  @Field(id) readonly offerId!: Id;
  @Field(text(2000)) readonly reason!: string;
}

/**
 * Who may offer may withdraw: the custodian, and for an organisation any of our staff, not only whoever made the offer
 * and may have left. An offer is settled once: of accepting, refusing and withdrawing at one time the first is recorded.
 */
export const withdrawOffer = decision(evidence, WithdrawOffer, {
  sensitive: true,
  decide: (state, command, { actor }) => {
    const { offerId } = command;
    const offer = state.offers[offerId] ?? refuse('offer-unknown', offerId);
    if (offer.outcome === 'withdrawn') return [];
    demand(guard('offer-settled', offer.outcome === undefined, offer.outcome), mayGive(state, actor));
    return [CustodyOfferWithdrawn({ ...command })];
  },
});

import { decision, demand, Field } from '#event-sourcing';
import { guard, refuse } from '../refusals.js';
import { type Id, id, text } from '../values.js';
import { CustodyRefused, evidence } from './evidence.js';
import { isRecipient } from './guards.js';

/** Refuses the item that was offered; it stays with its custodian. Of an organisation it is recorded that it refused. */
export class RefuseCustody {
  @Field(id) readonly offerId!: Id;
  @Field(text(2000)) readonly reason!: string;
}

/** An offer is settled once: of accepting, refusing and withdrawing at one time the first is recorded. */
export const refuseCustody = decision(evidence, RefuseCustody, {
  sensitive: true,
  decide: (state, command, { actor }) => {
    const { offerId } = command;
    const offer = state.offers[offerId] ?? refuse('offer-unknown', offerId);
    demand(isRecipient(offer, actor));
    if (offer.outcome === 'refused') return [];
    demand(guard('offer-settled', offer.outcome === undefined, offer.outcome));
    return [CustodyRefused({ ...command })];
  },
});

import { type Static, Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { isCustodian, handover, openOffer, type Recipient, recipient } from './custody.js';
import { CustodyOffered, evidence } from './evidence.js';
import { isNotQuarantined, mayGive } from './guards.js';

const { purpose, place, expectedBy } = handover;

/** Offers to hand the item over. Custody stays where it is until the recipient accepts. */
export class OfferCustody {
  @Field(recipient) readonly to!: Recipient;
  @Field(purpose) readonly purpose!: string;
  /** Where it is to be handed over. */
  @Field(Type.Optional(place)) readonly place?: Static<typeof place>;
  @Field(Type.Optional(expectedBy)) readonly expectedBy?: Static<typeof expectedBy>;
}

/**
 * Everything it rests on is in the item's own stream, so two offers cannot both be made. A breach that is detected right
 * after it puts the item in quarantine with the offer open: it can be accepted, or withdrawn.
 */
export const offerCustody = decision(evidence, OfferCustody, {
  sensitive: true,
  decide: (state, command, { actor, now, newId }) => {
    const open = openOffer(state);
    const mine = mayGive(state, actor);
    if (open && mine.holds && isSameOffer(open, command)) return [];
    demand(
      mine,
      guard('custody-offered', open === undefined, open?.offerId),
      guard('offered-to-custodian', !isCustodian(state.custodian, command.to)),
      isNotQuarantined(state),
    );
    return [
      CustodyOffered({ offerId: newId('offer'), from: { ...state.custodian }, ...command, offeredAt: now }),
    ];
  },
});

const isSameOffer = (
  open: OfferCustody,
  { to, purpose: wanted, place: where, expectedBy: by }: OfferCustody,
) => isSame([open.to, open.purpose, open.place, open.expectedBy], [to, wanted, where, by]);

import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import { who } from '../person.js';
import { isSameName } from '../same.js';
import { custodyContent, offerOutcome } from '../value-lists.js';
import { dayOrInstant, id, instant, irregularities, object, subject, text } from '../values.js';
import { seal } from './acquisition.js';
import { digests } from './content.js';

/** Who answers for the item: one person of our staff, or an organisation. */
export const custodian = Type.Union([
  object({ kind: Type.Literal('staff'), subject }),
  object({ kind: Type.Literal('organisation'), organisation: text(300) }),
]);
export type Custodian = Static<typeof custodian>;

/** To whom custody is offered. Whoever receives it for an organisation is under a pseudonym. */
export const recipient = Type.Union([
  object({ kind: Type.Literal('staff'), subject }),
  object({
    kind: Type.Literal('organisation'),
    organisation: text(300),
    receivedBy: Type.Optional(id),
  }),
]);
export type Recipient = Static<typeof recipient>;

export const handover = {
  from: custodian,
  to: recipient,
  purpose: text(1000),
  place: Type.Optional(text(500)),
  /** Only shows whether the handover is late: an offer stands until somebody settles it. */
  expectedBy: Type.Optional(dayOrInstant),
  offeredAt: instant,
};

/** What whoever takes custody states, and what was found. */
export const acceptance = {
  from: custodian,
  to: recipient,
  seal: Type.Optional(seal),
  digests: Type.Optional(digests),
  content: custodyContent,
  place: handover.place,
  handedOverAt: Type.Optional(dayOrInstant),
  /** Where the receipt of an organisation is kept, or its number. */
  receipt: Type.Optional(text(1000)),
  irregularities,
};

/** An offer as the item's state holds it. */
export const offer = object({ ...handover, offeredBy: who, outcome: Type.Optional(offerOutcome) });
export type Offer = DeepReadonly<Static<typeof offer>>;
type Offered = DeepReadonly<{ offers: Record<string, Static<typeof offer>> }>;

/** The offer that nobody has settled; there is at most one. */
export function openOffer({ offers }: Offered): (Offer & { readonly offerId: string }) | undefined {
  const [open] = Object.entries(offers).filter(([, { outcome }]) => outcome === undefined);
  return open && { offerId: open[0], ...open[1] };
}

/** Who answers for the item once the recipient has it. */
export function custodianFrom(to: DeepReadonly<Recipient>): Custodian {
  return to.kind === 'staff'
    ? { kind: 'staff', subject: to.subject }
    : { kind: 'organisation', organisation: to.organisation };
}

/** Whether a recipient is the custodian already. */
export function isCustodian(custodianNow: DeepReadonly<Custodian>, to: DeepReadonly<Recipient>): boolean {
  if (custodianNow.kind === 'staff') return to.kind === 'staff' && to.subject === custodianNow.subject;
  return to.kind === 'organisation' && isSameName(to.organisation, custodianNow.organisation);
}

import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import { isSameName } from '../same.js';
import type { restrictionKind } from '../value-lists.js';
import { id, object, restriction } from '../values.js';

export const identifiedRestriction = object({ restrictionId: id, ...restriction.properties });

/** By restriction id; a lifted one stays, with the item that holds the provider's consent. */
export const restrictions = Type.Record(
  id,
  object({ ...restriction.properties, lifted: Type.Optional(object({ providerConsentEvidenceId: id })) }),
);
type Restricted = DeepReadonly<{ restrictions: Static<typeof restrictions> }>;

/** A restriction that keeps an item from somebody. */
export interface RecipientBlock {
  readonly restrictionId: string;
  readonly kind: Static<typeof restrictionKind>;
  readonly provider: string;
}

/** Whether the provider gave the item as a lead only, to find other evidence by: Rome Statute, article 54(3)(e). */
export function isLeadOnly(item: Restricted): boolean {
  return inForce(item).some(([, { kind }]) => kind === 'leadOnly');
}

/**
 * Why an item, or anything made from it, must not go to a recipient: each restriction in force that does not name it
 * among those permitted. Nothing where it may go. Of whatever kind: a lead, too, was given to be used here alone.
 */
export function recipientBlocks(item: Restricted, recipient: string): RecipientBlock[] {
  return inForce(item)
    .filter(([, { permits }]) => !permits.some((permitted) => isSameName(permitted, recipient)))
    .map(([restrictionId, { kind, provider }]) => ({ restrictionId, kind, provider }));
}

const inForce = (item: Restricted) => Object.entries(item.restrictions).filter(([, { lifted }]) => !lifted);

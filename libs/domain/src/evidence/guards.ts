import type { Actor, DeepReadonly, Guard } from '#event-sourcing';
import { isSamePerson, personOf, whoIs } from '../person.js';
import { guard, type RefusalCode } from '../refusals.js';
import { holdingOf } from './content.js';
import type { Offer } from './custody.js';
import type { Evidence } from './evidence.js';
import { isQuarantined } from './integrity.js';

/** Rules that several decisions share. */

type Item = DeepReadonly<Evidence>;
type Rule = Guard<RefusalCode>;

/** The item itself is always there, a working copy if it was derived. */
export const copyExists = (item: Item, copyId: string | undefined): Rule =>
  guard('copy-unknown', holdingOf(item, copyId) !== undefined, copyId);

export const holdsContent = (item: Item, copyId: string | undefined): Rule =>
  guard('content-not-held', holdingOf(item, copyId)?.content !== undefined, copyId);

export const isNotQuarantined = (item: Item, copyId?: string): Rule =>
  guard('evidence-quarantined', !isQuarantined(item, copyId), copyId);

/**
 * Whether somebody may give the item away. For an organisation, which does not sign in, any of our staff may whom the
 * policies permit: on the strength of a handover that is to come.
 */
export const mayGive = ({ custodian }: Item, actor: Actor): Rule =>
  guard('not-custodian', custodian.kind === 'organisation' || custodian.subject === personOf(actor));

/** What was offered to a person is taken or refused by that person; what an organisation says is recorded for it. */
export const isRecipient = ({ to }: Offer, actor: Actor): Rule =>
  guard('not-the-recipient', to.kind === 'organisation' || to.subject === personOf(actor));

/**
 * A transfer takes two people, also where a party to it is an organisation: nobody writes an item off to a laboratory,
 * or takes it back, alone.
 */
export const isNotOfferer = ({ offeredBy }: Offer, actor: Actor): Rule =>
  guard('offerer-accepts', !isSamePerson(offeredBy, whoIs(actor)));

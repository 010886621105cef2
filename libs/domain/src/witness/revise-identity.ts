import { Type } from 'typebox';
import { type Clear, decision, demand, Field, SealedField } from '#event-sourcing';
import { text } from '../values.js';
import { isNotErased } from './guards.js';
import { aliases, type Aliases, contact, type Contact, identity, type Identity } from './identity.js';
import { IdentityRevised, witness } from './witness.js';

/** Seals a fuller or corrected identity, contact or other names. What was sealed before stays in the history. */
export class ReviseIdentity {
  @SealedField(Type.Optional(identity)) readonly identity?: Clear<Identity>;
  @SealedField(Type.Optional(contact)) readonly contact?: Clear<Contact>;
  @SealedField(Type.Optional(aliases)) readonly aliases?: Clear<Aliases>;
  /** Read by many, so it says why and not what. */
  @Field(text(2000), (_, { identity: who, contact: where, aliases: names }) =>
    (who ?? where ?? names) === undefined ? 'something is revised: identity, contact or aliases' : undefined,
  )
  readonly reason!: string;
}

/**
 * What is sealed cannot be compared, so the same again is another revision. It reads only its own stream: an erasure in
 * between is a conflict of revisions, and then refuses it; the destroyed key would not seal either.
 */
export const reviseIdentity = decision(witness, ReviseIdentity, {
  decide: (state, command) => {
    demand(isNotErased(state));
    return [IdentityRevised({ ...command })];
  },
});

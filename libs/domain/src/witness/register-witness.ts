import { type Static, Type } from 'typebox';
import { type Clear, decision, Field, SealedField } from '#event-sourcing';
import { witnessOrigin } from '../value-lists.js';
import { aliases, type Aliases, contact, type Contact, identity, type Identity } from './identity.js';
import { pseudonymFrom } from './pseudonym.js';
import { witness, WitnessRegistered } from './witness.js';

/**
 * Registers a person under a random pseudonym. Who it is gets sealed under a key of the witness's own before it is
 * stored, and stands in clear nowhere. Whether somebody is registered already cannot be told from here.
 */
export class RegisterWitness {
  @SealedField(identity) readonly identity!: Clear<Identity>;
  @SealedField(Type.Optional(contact)) readonly contact?: Clear<Contact>;
  @SealedField(Type.Optional(aliases)) readonly aliases?: Clear<Aliases>;
  /** In one word, because who sent somebody may show who it is. */
  @Field(Type.Optional(witnessOrigin)) readonly origin?: Static<typeof witnessOrigin>;
}

/** It reads nothing, so nothing can come between. An attempt that is repeated draws another pseudonym; one is stored. */
export const registerWitness = decision(witness, RegisterWitness, {
  creates: true,
  decide: (_, command, { random }) => [WitnessRegistered({ pseudonym: pseudonymFrom(random), ...command })],
});

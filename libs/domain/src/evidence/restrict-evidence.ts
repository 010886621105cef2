import type { Static } from 'typebox';
import { decision, Field } from '#event-sourcing';
import { isSame } from '../same.js';
import { restriction } from '../values.js';
import { evidence, EvidenceRestricted } from './evidence.js';

const { kind, provider, permits, legalBasis } = restriction.properties;

/** Puts a provider's demand on the item. Several may stand beside each other. */
export class RestrictEvidence {
  @Field(kind) readonly kind!: Static<typeof kind>;
  @Field(provider) readonly provider!: string;
  /** The recipients that are allowed nevertheless. */
  @Field(permits) readonly permits!: string[];
  @Field(legalBasis) readonly legalBasis!: string;
}

/** The same demand in force is the same restriction; a lifted one can be put on anew. */
export const restrictEvidence = decision(evidence, RestrictEvidence, {
  decide: (state, command, context) =>
    Object.values(state.restrictions).some((other) => isSame(other, command))
      ? []
      : [EvidenceRestricted({ restrictionId: context.newId('restriction'), ...command })],
});

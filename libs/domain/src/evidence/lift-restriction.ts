import { decision, demand, Field, read } from '#event-sourcing';
import { guard, refuse } from '../refusals.js';
import { type Id, id } from '../values.js';
import {
  evidence,
  foundInauthenticByOwnStaff,
  isImpaired,
  isQuarantined,
  RestrictionLifted,
} from './evidence.js';

/** Lifts a restriction, on the strength of an item that holds the provider's consent. */
export class LiftRestriction {
  @Field(id) readonly restrictionId!: Id;
  @Field(id) readonly providerConsentEvidenceId!: Id;
}

/** What is found about the consent between the read and the append comes too late: the restriction can be put on anew. */
export const liftRestriction = decision(evidence, LiftRestriction, {
  reads: (_, { providerConsentEvidenceId }) => ({ consent: read(evidence, providerConsentEvidenceId) }),
  decide: (state, { restrictionId, providerConsentEvidenceId }, { id: ownId, consent }) => {
    const { lifted } = state.restrictions[restrictionId] ?? refuse('restriction-unknown', restrictionId);
    if (lifted) return [];
    demand(
      guard('consent-is-item', providerConsentEvidenceId !== ownId),
      guard('evidence-unknown', consent !== undefined, providerConsentEvidenceId),
      guard(
        'consent-inauthentic',
        consent === undefined || !foundInauthenticByOwnStaff(consent),
        providerConsentEvidenceId,
      ),
      guard(
        'evidence-quarantined',
        consent === undefined || !isQuarantined(consent),
        providerConsentEvidenceId,
      ),
      guard('evidence-impaired', consent === undefined || !isImpaired(consent), providerConsentEvidenceId),
    );
    return [RestrictionLifted({ restrictionId, providerConsentEvidenceId })];
  },
});

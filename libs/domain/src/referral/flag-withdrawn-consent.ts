import { decision, type DeepReadonly, Field, streamOf } from '#event-sourcing';
import { plain } from '../same.js';
import { type Id, id } from '../values.js';
import { type Consent, witness } from '../witness/witness.js';
import { isHandedOn } from './flags.js';
import { referral, type Referral, ReferralFlagged } from './referral.js';

/** A witness took a consent back on which the referral may rest. Asked by the process that follows withdrawals. */
export class FlagWithdrawnConsent {
  @Field(id) readonly witnessId!: Id;
  @Field(id) readonly consentId!: Id;
}

/**
 * Never refused: where nothing is handed on any more, there is nothing to look at. A consent is withdrawn once, so it
 * raises one flag, whether that was cleared since or not.
 */
export const flagWithdrawnConsent = decision(referral, FlagWithdrawnConsent, {
  decide: (state, { witnessId, consentId }, { newId }) => {
    const about = streamOf(witness.category, witnessId);
    const isKnown = Object.values(state.flags).some((known) => known.consentId === consentId);
    if (isKnown || !isHandedOn(state, about)) return [];
    return [ReferralFlagged({ flagId: newId('flag'), ground: 'consentWithdrawn', about, consentId })];
  },
});

/**
 * The name, in the form in which names are compared, of the recipient to whom a consent lets a referral go; nothing
 * where no referral can rest on it. Whether another consent covers the referral as well is not asked: the witness
 * thought better of it, and somebody looks.
 */
export function recipientConsentedTo(consent: Omit<Consent, 'withdrawn'>): string | undefined {
  const { purpose, scope, irregularities, recipient } = consent;
  const isRestedOn = purpose === 'sharing' && scope.includes('statement') && irregularities.length === 0;
  return isRestedOn ? plain(recipient) : undefined;
}

/** The name of a referral's recipient in the same form. */
export const recipientOf = ({ recipient }: DeepReadonly<Pick<Referral, 'recipient'>>): string =>
  plain(recipient);

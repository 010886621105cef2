import { Type } from 'typebox';
import { decision, Field } from '#event-sourcing';
import { refuse } from '../refusals.js';
import { type Id, id, text } from '../values.js';
import { ConsentWithdrawn, witness } from './witness.js';

/** The witness takes a consent back, at any time and without having to say why. What was shared until then stays. */
export class WithdrawConsent {
  @Field(id) readonly consentId!: Id;
  @Field(Type.Optional(text(2000))) readonly reason?: string;
}

/**
 * Never refused but for a consent that is not there: recorded, that would look as if something had been withdrawn while
 * the consent that was meant goes on. A referral that is transmitted at the same time is either before it, and stays, or
 * reads the withdrawal and is refused.
 */
export const withdrawConsent = decision(witness, WithdrawConsent, {
  decide: ({ consents }, command, { now }) => {
    const { withdrawn } = consents[command.consentId] ?? refuse('consent-unknown', command.consentId);
    return withdrawn ? [] : [ConsentWithdrawn({ ...command, withdrawnAt: now })];
  },
});

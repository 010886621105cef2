import { type Static, Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard } from '../refusals.js';
import { isSameBut, isSameName } from '../same.js';
import { consentForm, consentPurpose, type consentScope } from '../value-lists.js';
import { dayOrInstant, type Id, id, language, text } from '../values.js';
import { consent } from './consents.js';
import { isNotInFuture } from './guards.js';
import { ConsentGiven, witness } from './witness.js';

/**
 * Records that the witness consented: to one purpose, for one recipient, in a scope that the witness chose. To what we do
 * ourselves the recipient is `own institution`.
 */
export class GiveConsent {
  @Field(text(300)) readonly recipient!: string;
  @Field(consentPurpose) readonly purpose!: Static<typeof consentPurpose>;
  @Field(consent.properties.scope) readonly scope!: Static<typeof consentScope>[];
  @Field(Type.Optional(dayOrInstant)) readonly until?: string;
  @Field(Type.Optional(consentForm)) readonly form?: Static<typeof consentForm>;
  /** In which it was explained. */
  @Field(Type.Optional(language)) readonly language?: string;
  /** The item that holds it. */
  @Field(Type.Optional(id)) readonly evidenceId?: Id;
  /** When it was given; now where it is left out. */
  @Field(Type.Optional(dayOrInstant)) readonly givenAt?: string;
}

/**
 * It reads only its own stream, so a withdrawal in between is a conflict of revisions and is seen. An irregular consent
 * covers nothing. One that was withdrawn does not come back by being entered again: given anew it has another time.
 */
export const giveConsent = fact(witness, GiveConsent, {
  rules: (state, { recipient, purpose, until, givenAt }, { now }) => {
    const at = givenAt ?? now;
    const later = Object.values(state.consents).find(
      (other) =>
        other.purpose === purpose &&
        isSameName(other.recipient, recipient) &&
        other.withdrawn !== undefined &&
        isBefore(at, other.withdrawn.at),
    );
    return [
      isNotInFuture(givenAt, now),
      guard('consent-over-when-given', until === undefined || !isBefore(until, at), until),
      guard('consent-withdrawn-since', later === undefined, later?.withdrawn?.at),
    ];
  },
  record: (state, command, { now, newId, irregularities }) => {
    const known = Object.values(state.consents).some((other) =>
      command.givenAt === undefined
        ? !other.withdrawn && isSameBut(other, command, 'irregularities', 'givenAt')
        : isSameBut(other, command, 'irregularities', 'withdrawn'),
    );
    if (known) return [];
    const { givenAt = now, ...given } = command;
    return [ConsentGiven({ consentId: newId('consent'), ...given, givenAt, irregularities })];
  },
});

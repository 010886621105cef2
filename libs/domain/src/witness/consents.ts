import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import { isBefore } from '../before.js';
import { isSameName } from '../same.js';
import { consentForm, consentPurpose, consentScope } from '../value-lists.js';
import { dayOrInstant, id, instant, irregularities, language, object, text } from '../values.js';

/** Whom a consent names that is given to us ourselves, for instance to be interviewed. */
export const ownInstitution = 'own institution';

/** What a witness agreed to: who may have what, and for what. */
export const consent = object({
  /** An institution by its name; `own institution` is the one that keeps this archive. */
  recipient: text(300),
  purpose: consentPurpose,
  scope: Type.Array(consentScope, { minItems: 1, maxItems: 20, uniqueItems: true }),
  /** Until then, that day included; without it until it is withdrawn. */
  until: Type.Optional(dayOrInstant),
  form: Type.Optional(consentForm),
  /** In which it was explained. */
  language: Type.Optional(language),
  /** The item that holds it. */
  evidenceId: Type.Optional(id),
  givenAt: dayOrInstant,
});

/** The same as the state holds it. A withdrawn one stays: what was shared under it stays on record as well. */
export const heldConsent = object({
  ...consent.properties,
  irregularities,
  withdrawn: Type.Optional(object({ at: instant, reason: Type.Optional(text(2000)) })),
});
export type Consent = DeepReadonly<Static<typeof heldConsent>>;

/** A consent with its id. */
export type IdentifiedConsent = Consent & { readonly consentId: string };

interface Consenting {
  readonly consents: Readonly<Record<string, Consent>>;
}

/** What somebody wants to do, for which the witness must have consented. */
export interface Wanted {
  readonly recipient: string;
  readonly purpose: Consent['purpose'];
  /** All of it must be covered by one consent; nothing in particular where it is left out. */
  readonly scope?: Consent['scope'];
  /** RFC 3339 in UTC, a day or an instant. */
  readonly at: string;
}

/**
 * The consent in force that covers what is wanted, or nothing. One that is withdrawn covers nothing, whenever it was
 * withdrawn, and one that is on record as irregular neither.
 */
export function consentFor(witness: Consenting, wanted: Wanted): IdentifiedConsent | undefined {
  return all(witness).find((given) => given.withdrawn === undefined && covers(given, wanted));
}

/**
 * The consent that covered something when it happened. What was done before a withdrawal was done with consent: the
 * withdrawal is for the future.
 */
export function consentThen(witness: Consenting, wanted: Wanted): IdentifiedConsent | undefined {
  return all(witness).find(
    (given) =>
      covers(given, wanted) && (given.withdrawn === undefined || isBefore(wanted.at, given.withdrawn.at)),
  );
}

/** Consents in force at a time: regular, given, `until` not over, not withdrawn. */
export function consentsInForce(witness: Consenting, at: string): IdentifiedConsent[] {
  return all(witness).filter((given) => given.withdrawn === undefined && isCurrent(given, at));
}

/** Consents in force at a time that will be over before another: those to be asked for anew. */
export function consentsEnding(
  witness: Consenting,
  { at, before }: { readonly at: string; readonly before: string },
): IdentifiedConsent[] {
  return consentsInForce(witness, at).filter(({ until }) => until !== undefined && isBefore(until, before));
}

/**
 * Consents that end and that no other one outlasts, for the same recipient, purpose and scope: those to be asked for anew
 * when they end. Which of them are over is for whoever knows the time.
 */
export function consentsToRenew(witness: Consenting): IdentifiedConsent[] {
  const standing = all(witness).filter(
    ({ withdrawn, irregularities: found }) => withdrawn === undefined && found.length === 0,
  );
  return standing.filter(
    (given) => given.until !== undefined && !standing.some((other) => outlasts(other, given)),
  );
}

function outlasts(other: Consent, { recipient, purpose, scope, until }: Consent): boolean {
  return (
    other.purpose === purpose &&
    isSameName(other.recipient, recipient) &&
    scope.every((part) => other.scope.includes(part)) &&
    until !== undefined &&
    (other.until === undefined || isBefore(until, other.until))
  );
}

function covers(given: Consent, { recipient, purpose, scope = [], at }: Wanted): boolean {
  return (
    given.purpose === purpose &&
    isSameName(given.recipient, recipient) &&
    scope.every((part) => given.scope.includes(part)) &&
    isCurrent(given, at)
  );
}

function isCurrent({ givenAt, until, irregularities: found }: Consent, at: string): boolean {
  return found.length === 0 && !isBefore(at, givenAt) && (until === undefined || !isBefore(until, at));
}

function all({ consents }: Consenting): IdentifiedConsent[] {
  return Object.entries(consents).map(([consentId, given]) => ({ ...given, consentId }));
}

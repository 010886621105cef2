import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import { who } from '../person.js';
import { flagGround } from '../value-lists.js';
import { id, object, streamName, text } from '../values.js';

/** What somebody has to look at before a referral goes on, or because it went. */
export const flag = {
  ground: flagGround,
  /** In the words of whoever raised it; a process has none. */
  reason: Type.Optional(text(4000)),
  /** The stream of the manifest that it is about; the whole referral where it is left out. */
  about: Type.Optional(streamName),
  /** The consent that was withdrawn. */
  consentId: Type.Optional(id),
};

export const clearing = { reason: text(4000) };

/** The same as the state holds it. One that is cleared stays, with the reason why the referral could go on. */
export const heldFlag = object({
  ...flag,
  raisedBy: who,
  cleared: Type.Optional(object({ ...clearing, clearedBy: who })),
});
export type Flag = DeepReadonly<Static<typeof heldFlag>>;

/** A flag with its id. */
export type IdentifiedFlag = Flag & { readonly flagId: string };

/** What of a referral says how far it is handed on. */
interface HandedOn {
  readonly withdrawal?: unknown;
  readonly refusalsByRecipient: readonly unknown[];
  readonly returnRequests: readonly { readonly items?: readonly string[] }[];
}

interface Flagged extends HandedOn {
  readonly flags: Readonly<Record<string, Flag>>;
}

/**
 * Whether a stream of the manifest, or anything at all, is with its recipient or may still get there: not withdrawn, not
 * declined, not asked back.
 */
export function isHandedOn(
  { withdrawal, refusalsByRecipient, returnRequests }: HandedOn,
  stream?: string,
): boolean {
  return (
    withdrawal === undefined &&
    refusalsByRecipient.length === 0 &&
    !returnRequests.some(({ items }) => items === undefined || items.some((item) => item === stream))
  );
}

/** The flags that somebody has to look at: not cleared, and about what is handed on still. */
export function openFlags(state: Flagged): IdentifiedFlag[] {
  return Object.entries(state.flags)
    .filter(([, { cleared, about }]) => cleared === undefined && isHandedOn(state, about))
    .map(([flagId, held]) => ({ ...held, flagId }));
}

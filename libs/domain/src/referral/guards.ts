import type { Actor, DeepReadonly, Guard } from '#event-sourcing';
import type { Investigation } from '../investigation/investigation.js';
import { type Who, whoIs } from '../person.js';
import { guard, type RefusalCode } from '../refusals.js';
import { isTransmitted, openFlags, type Referral } from './referral.js';

/** Rules that several decisions share. */

export type Referred = DeepReadonly<Referral>;
type Rule = Guard<RefusalCode>;
type Subject = DeepReadonly<Investigation> | undefined;

export const isNotWithdrawn = ({ withdrawal }: Referred): Rule =>
  guard('referral-withdrawn', withdrawal === undefined, withdrawal?.reason);

export const isNotTransmitted = (state: Referred): Rule =>
  guard('referral-transmitted', !isTransmitted(state), state.transmission?.transmittedAt);

export const wasTransmitted = (state: Referred): Rule =>
  guard('referral-not-transmitted', isTransmitted(state));

export function isNotFlagged(state: Referred): Rule {
  const open = openFlags(state);
  return guard(
    'referral-flagged',
    open.length === 0,
    firstOf(open.map(({ flagId, ground }) => `${flagId} (${ground})`)),
  );
}

/**
 * The policies of a referral do not see its case, so the decision looks: whoever declared a conflict of interest in the
 * case, or acts for somebody who did, does not hand it on.
 */
export function hasNoConflict(subject: Subject, actor: Actor): Rule {
  return guard('conflict-of-interest', conflictedAmong(subject, whoIs(actor)) === undefined);
}

/** What somebody asked for or approved who should not have acted in the case falls, whoever goes on with it. */
export function earlierHandsHaveNoConflict(subject: Subject, { draftedBy, approval }: Referred): Rule {
  const conflicted = [draftedBy, ...(approval ? [approval.approvedBy] : [])]
    .map((hand) => conflictedAmong(subject, hand))
    .find((name) => name !== undefined);
  return guard('asker-conflicted', conflicted === undefined, conflicted);
}

function conflictedAmong(subject: Subject, hand: Who): string | undefined {
  return Object.values(hand).find((name) => subject?.conflicts[name] !== undefined);
}

const namedMax = 10;

/** A list in one sentence of bounded length: the first ones, and how many more there are. */
export function firstOf(all: readonly string[]): string {
  const more = all.length - namedMax;
  return `${all.slice(0, namedMax).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

import type { DeepReadonly, Guard } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard, type RefusalCode } from '../refusals.js';
import type { Static } from 'typebox';
import type { voluntariness } from './statements.js';
import type { Witness } from './witness.js';

/** Rules that several use cases share. */

export type Known = DeepReadonly<Witness>;
type Rule = Guard<RefusalCode>;

/** Of somebody whose identity is gone nothing can be decided any more that is for, or needs, the person. */
export const isNotErased = ({ erased }: Known): Rule => guard('identity-erased', !erased);

export const isNotInFuture = (at: string | undefined, now: string): Rule =>
  guard('date-in-future', at === undefined || !isBefore(now, at), at);

/**
 * Whether words were free. What was said in the custody of anybody is free only where somebody found so: Méndez
 * Principles (2021), principle 4; Convention against Torture, article 15.
 */
export function wereFree(
  found: DeepReadonly<Static<typeof voluntariness>> | undefined,
  inCustodyOf: string | undefined,
): Rule[] {
  const finding = found?.finding ?? 'unknown';
  return [
    guard('not-voluntary', finding === 'voluntary' || finding === 'unknown', finding),
    guard('voluntariness-unknown', inCustodyOf === undefined || finding !== 'unknown', inCustodyOf),
  ];
}

export const interpretsOnly = (interpreterId: string | undefined, interviewerIds: readonly string[]): Rule =>
  guard(
    'interpreter-is-interviewer',
    interpreterId === undefined || !interviewerIds.includes(interpreterId),
    interpreterId,
  );

/** Accounts on record that nobody looked at. */
export function areReviewed(accounts: readonly string[], reviewed: readonly string[]): Rule {
  const unread = accounts.filter((accountId) => !reviewed.includes(accountId));
  return guard('prior-accounts-unread', unread.length === 0, unread.join(', '));
}

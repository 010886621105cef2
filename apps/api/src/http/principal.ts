import type { Caller } from '#access';

/** By what a caller's share is counted: the same for all tokens of one subject. */
export function principalOf({ issuer, subject }: Caller): string {
  return `${issuer} ${subject}`;
}

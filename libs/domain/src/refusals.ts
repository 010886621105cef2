import { type Guard, Refused } from '#event-sourcing';
import { allegationRefusals } from './allegation/refusals.js';
import { evidenceRefusals } from './evidence/refusals.js';
import { incidentRefusals } from './incident/refusals.js';
import { investigationRefusals } from './investigation/refusals.js';
import { referralRefusals } from './referral/refusals.js';
import { sharedRefusals } from './shared-refusals.js';
import { witnessRefusals } from './witness/refusals.js';

/** What a rule says to whoever broke it: the text of its page `/problems/{code}`. */
export interface Refusal {
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Every rule by which the domain refuses a decision or finds a fact irregular. A released code is never renamed. */
export const refusals = {
  ...sharedRefusals,
  ...allegationRefusals,
  ...incidentRefusals,
  ...investigationRefusals,
  ...evidenceRefusals,
  ...referralRefusals,
  ...witnessRefusals,
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof refusals;

/** A rule and whether it holds. */
export function guard(code: RefusalCode, holds: boolean, detail?: string): Guard<RefusalCode> {
  return { code, holds, ...(detail === undefined ? {} : { detail }) };
}

/** Throws `Refused` by a rule; `detail` says what it met. */
export function refuse(code: RefusalCode, detail?: string): never {
  throw new Refused(code, detail);
}

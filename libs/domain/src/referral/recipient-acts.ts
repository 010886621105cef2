import type { Guard } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard, type RefusalCode } from '../refusals.js';
import { isSame } from '../same.js';
import { type Referred, wasTransmitted } from './guards.js';

/** What is irregular about something a recipient is said to have done, on this day as far as it is known. */
export function actRules(state: Referred, on: string | undefined, now: string): Guard<RefusalCode>[] {
  const sent = state.transmission?.transmittedAt;
  return [
    wasTransmitted(state),
    guard('date-in-future', on === undefined || !isBefore(now, on)),
    guard('before-transmission', on === undefined || sent === undefined || !isBefore(on, sent)),
  ];
}

/** A recipient that declined the case has no further part in it, unless it has thought again. */
export const isNotDeclined = ({ refusalsByRecipient }: Referred): Guard<RefusalCode> =>
  guard('referral-declined', refusalsByRecipient.length === 0);

/** Whether an act is on record in the same words, with whatever irregularities. */
export function isRecorded(
  recorded: readonly { readonly irregularities: readonly string[] }[],
  act: object,
): boolean {
  return recorded.some((one) => {
    const { irregularities: _, ...known } = one;
    return isSame(known, act);
  });
}

import type { DeepReadonly, Guard } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard, type RefusalCode } from '../refusals.js';
import type { Period } from '../values.js';
import type { Incident } from './incident.js';

/** A merged incident takes no change but the reversal of its merge; `detail` names what it was merged into. */
export function notMerged({ mergedInto }: DeepReadonly<Incident>): Guard<RefusalCode> {
  return guard('incident-merged', mergedInto === undefined, mergedInto);
}

/** What is recorded has happened. A week, month or year that has begun may end later. */
export function hasHappened({ start, end, precision }: Period, now: string): Guard<RefusalCode> {
  const isSharp = precision === 'minute' || precision === 'day';
  const future = [start, isSharp || start === undefined ? end : undefined].find(
    (time) => time !== undefined && isBefore(now, time),
  );
  return guard('date-in-future', future === undefined, future);
}

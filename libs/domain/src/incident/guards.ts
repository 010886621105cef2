import type { DeepReadonly, Guard } from '#event-sourcing';
import { guard, type RefusalCode } from '../refusals.js';
import type { Incident } from './incident.js';

/** A merged incident takes no change but the reversal of its merge; `detail` names what it was merged into. */
export function notMerged({ mergedInto }: DeepReadonly<Incident>): Guard<RefusalCode> {
  return guard('incident-merged', mergedInto === undefined, mergedInto);
}

import { decision, Field } from '#event-sourcing';
import { isPending, newRequest } from '../approval.js';
import { text } from '../values.js';
import type { Known } from './guards.js';
import { ErasureRequested, witness } from './witness.js';

/** Asks a second person to approve that it is forgotten for good who the witness is. Only the newest request stands. */
export class RequestErasure {
  /** Read by many, so it says why and not who. */
  @Field(text(4000)) readonly reason!: string;
}

/** It reads only its own stream: whatever comes between is a conflict of revisions and is seen. */
export const requestErasure = decision(witness, RequestErasure, {
  sensitive: true,
  decide: (state, { reason }, context) => {
    const material = erasureMaterial(state, reason);
    if (state.erased || isPending(state.requests.erasures, material, context)) return [];
    return [ErasureRequested({ ...newRequest(material, context), reason })];
  },
});

/** What an approval of an erasure binds: why, what is sealed, how the witness is protected, and what was said. */
export function erasureMaterial(state: Known, reason: string): object {
  const { sealed, protection, interviews, priorAccounts } = state;
  return {
    reason,
    sealed,
    protection,
    interviews: Object.keys(interviews),
    priorAccounts: Object.keys(priorAccounts),
  };
}

import { decision, demand, Field, read } from '#event-sourcing';
import { isEarlier } from '../earlier.js';
import { guard } from '../refusals.js';
import { type Id, id, text } from '../values.js';
import { notMerged } from './guards.js';
import { incident, IncidentMerged } from './incident.js';

/** Says that an incident is the same occurrence as one recorded earlier, which stands for both from now on. */
export class MergeIncident {
  @Field(id) readonly into!: Id;
  @Field(text(2000)) readonly reason!: string;
}

/**
 * The other incident may itself be merged between the read and the append. Then the merges form a chain, which ends,
 * because each leads to an incident recorded earlier; ids resolve along it.
 */
export const mergeIncident = decision(incident, MergeIncident, {
  reads: (_, { into }) => ({ target: read(incident, into) }),
  decide: (state, { into, reason }, { id: ownId, target }) => {
    if (state.mergedInto === into) return [];
    const enteredAt = target?.enteredAt;
    demand(
      notMerged(state),
      guard('merge-into-itself', into !== ownId),
      guard('incident-unknown', enteredAt !== undefined, into),
      guard('incident-merged', target?.mergedInto === undefined, target?.mergedInto),
      guard(
        'merge-into-later',
        isEarlier({ id: into, at: enteredAt ?? '' }, { id: ownId, at: state.enteredAt }),
        into,
      ),
    );
    return [IncidentMerged({ into, reason })];
  },
});

import type { Static } from 'typebox';
import { decision, demand, Field, read } from '#event-sourcing';
import { incident } from '../incident/incident.js';
import { guard } from '../refusals.js';
import { stance } from '../value-lists.js';
import { type Id, id } from '../values.js';
import { allegation, AllegationLinkedToIncident } from './allegation.js';

/**
 * Says that an allegation concerns an incident, and how it stands to it. To change the stance, unlink with the reason
 * and link anew: the reason for the change is then never missing.
 */
export class LinkAllegation {
  @Field(id) readonly incidentId!: Id;
  @Field(stance) readonly stance!: Static<typeof stance>;
}

/**
 * A merged incident is refused and the surviving one named: what is linked is what the user saw. Should the incident be
 * merged between the read and the append, the link stands, for a merged id resolves for ever.
 */
export const linkAllegation = decision(allegation, LinkAllegation, {
  reads: (_, { incidentId }) => ({ found: read(incident, incidentId) }),
  decide: (state, { incidentId, stance: wanted }, { found }) => {
    const linked = state.incidents[incidentId];
    if (linked?.stance === wanted) return [];
    demand(
      guard('allegation-linked', linked === undefined, linked?.stance),
      guard('incident-unknown', found !== undefined, incidentId),
      guard('incident-merged', found?.mergedInto === undefined, found?.mergedInto),
      guard('allegation-withdrawn', wanted === 'context' || state.withdrawal === undefined),
    );
    return [AllegationLinkedToIncident({ incidentId, stance: wanted })];
  },
});

import { decision, demand, Field, read } from '#event-sourcing';
import { incident } from '../incident/incident.js';
import { guard } from '../refusals.js';
import { type Id, id } from '../values.js';
import { isActive } from './guards.js';
import { IncidentAttached, investigation } from './investigation.js';

/** Takes an incident into the case. */
export class AttachIncident {
  @Field(id) readonly incidentId!: Id;
}

/**
 * A merged incident is refused and the surviving one named. Should it be merged between the read and the append, the
 * case holds an id that resolves for ever.
 */
export const attachIncident = decision(investigation, AttachIncident, {
  reads: (_, { incidentId }) => ({ occurrence: read(incident, incidentId) }),
  decide: (state, { incidentId }, { occurrence }) => {
    if (state.incidents[incidentId]) return [];
    demand(
      ...isActive(state),
      guard('incident-unknown', occurrence !== undefined, incidentId),
      guard('incident-merged', occurrence?.mergedInto === undefined, occurrence?.mergedInto),
    );
    return [IncidentAttached({ incidentId })];
  },
});

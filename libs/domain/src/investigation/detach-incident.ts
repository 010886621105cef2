import { decision, demand, Field } from '#event-sourcing';
import { type Id, id, text } from '../values.js';
import { isActive } from './guards.js';
import { IncidentDetached, investigation } from './investigation.js';

/** Takes an incident out of the case. Issues and thresholds that name it stay; its thresholds no longer count. */
export class DetachIncident {
  @Field(id) readonly incidentId!: Id;
  @Field(text(2000)) readonly reason!: string;
}

export const detachIncident = decision(investigation, DetachIncident, {
  decide: (state, { incidentId, reason }) => {
    if (!state.incidents[incidentId]) return [];
    demand(...isActive(state));
    return [IncidentDetached({ incidentId, reason })];
  },
});

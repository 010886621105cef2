import { decision, demand, Field } from '#event-sourcing';
import { subject } from '../values.js';
import { hasNoConflict, isOpen } from './guards.js';
import { investigation, LeadAssigned } from './investigation.js';

/** Makes somebody lead the case, in the place of whoever led it. */
export class AssignLead {
  @Field(subject) readonly lead!: string;
}

export const assignLead = decision(investigation, AssignLead, {
  decide: (state, { lead }) => {
    if (state.lead === lead) return [];
    demand(isOpen(state), hasNoConflict(state, lead));
    return [LeadAssigned({ lead })];
  },
});

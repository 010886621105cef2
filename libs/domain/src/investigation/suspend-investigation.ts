import { decision, Field } from '#event-sourcing';
import { refuse } from '../refusals.js';
import { text } from '../values.js';
import { investigation, InvestigationSuspended } from './investigation.js';

/** Lets the case rest. It is resumed at the stage it is at now. */
export class SuspendInvestigation {
  @Field(text(2000)) readonly reason!: string;
}

export const suspendInvestigation = decision(investigation, SuspendInvestigation, {
  decide: ({ stage: from }, { reason }) => {
    if (from === 'suspended') return [];
    if (from === 'closed') return refuse('investigation-closed');
    return [InvestigationSuspended({ from, reason })];
  },
});

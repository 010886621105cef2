import { decision, demand, Field } from '#event-sourcing';
import { guard, refuse } from '../refusals.js';
import { stage, type Stage, stages } from '../value-lists.js';
import { text } from '../values.js';
import { investigation, InvestigationReturned } from './investigation.js';

/** Takes the case back to an earlier stage. */
export class ReturnInvestigation {
  @Field(stage) readonly to!: Stage;
  @Field(text(2000)) readonly reason!: string;
}

export const returnInvestigation = decision(investigation, ReturnInvestigation, {
  decide: (state, { to, reason }) => {
    const from = state.stage;
    if (from === to) return [];
    if (from === 'closed') return refuse('investigation-closed');
    if (from === 'suspended') return refuse('investigation-suspended');
    demand(guard('not-earlier-stage', stages.indexOf(to) < stages.indexOf(from), from));
    return [InvestigationReturned({ from, to, reason })];
  },
});

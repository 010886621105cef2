import { decision, demand, Field } from '#event-sourcing';
import { text } from '../values.js';
import { isOpen } from './guards.js';
import { investigation, InvestigationResumed } from './investigation.js';

/** Goes on with a suspended case at the stage it was suspended from. */
export class ResumeInvestigation {
  @Field(text(2000)) readonly reason!: string;
}

export const resumeInvestigation = decision(investigation, ResumeInvestigation, {
  decide: (state, { reason }) => {
    demand(isOpen(state));
    return state.suspendedFrom === undefined
      ? []
      : [InvestigationResumed({ to: state.suspendedFrom, reason })];
  },
});

import { decision, demand, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { text } from '../values.js';
import { investigation, InvestigationReopened } from './investigation.js';

/** Takes a closed case up again, at the preliminary examination, for a fact that was not known. */
export class ReopenInvestigation {
  @Field(text(4000)) readonly newFact!: string;
}

export const reopenInvestigation = decision(investigation, ReopenInvestigation, {
  decide: ({ stage, newFacts }, { newFact }) => {
    if (stage !== 'closed' && newFacts.at(-1) === newFact) return [];
    demand(
      guard('investigation-not-closed', stage === 'closed'),
      guard('fact-not-new', !newFacts.includes(newFact)),
    );
    return [InvestigationReopened({ newFact })];
  },
});

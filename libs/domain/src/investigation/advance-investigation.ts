import { decision, demand, Field } from '#event-sourcing';
import { guard, refuse } from '../refusals.js';
import { stage, type Stage } from '../value-lists.js';
import { advanceRules } from './guards.js';
import { investigation, InvestigationAdvanced } from './investigation.js';
import { stageAfter } from './next-step.js';

/** Takes the case one stage forward. */
export class AdvanceInvestigation {
  @Field(stage) readonly to!: Stage;
}

export const advanceInvestigation = decision(investigation, AdvanceInvestigation, {
  decide: (state, { to }, { actor }) => {
    const from = state.stage;
    if (from === to) return [];
    if (from === 'closed') return refuse('investigation-closed');
    if (from === 'suspended') return refuse('investigation-suspended');
    demand(
      guard(
        'not-next-stage',
        stageAfter(from) === to,
        `${from} is followed by ${stageAfter(from) ?? 'none'}`,
      ),
      guard(
        'supervising-prosecutor-required',
        to !== 'investigation' || actor.roles.includes('SupervisingProsecutor'),
      ),
      ...advanceRules(state, to),
    );
    return [InvestigationAdvanced({ from, to })];
  },
});

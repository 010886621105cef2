import { broken } from '#event-sourcing';
import type { RefusalCode } from '../refusals.js';
import { type Stage, stages } from '../value-lists.js';
import { advanceRules, type Case } from './guards.js';

/** What a case waits for. */
export interface NextStep {
  readonly step: 'AdvanceInvestigation' | 'ResumeInvestigation';
  readonly to?: Stage;
  /** The rules that do not hold yet: the same, in the same order, that the decision would be refused by. */
  readonly blockedBy: readonly RefusalCode[];
}

/**
 * The next step of a case and what blocks it, for anybody who may take it. Nothing where no step is left: in the
 * charging review, whose outcome is not decided here, and in a closed case.
 */
export function nextStep(state: Case): NextStep | undefined {
  if (state.stage === 'closed') return undefined;
  if (state.stage === 'suspended')
    return {
      step: 'ResumeInvestigation',
      ...(state.suspendedFrom === undefined ? {} : { to: state.suspendedFrom }),
      blockedBy: [],
    };
  const to = stageAfter(state.stage);
  return to && { step: 'AdvanceInvestigation', to, blockedBy: broken(...advanceRules(state, to)) };
}

/** The stage that follows, if one does. */
export function stageAfter(stage: Stage): Stage | undefined {
  return stages[stages.indexOf(stage) + 1];
}

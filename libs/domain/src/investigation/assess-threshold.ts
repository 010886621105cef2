import { type Static, Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { isSame } from '../same.js';
import { thresholdResult, thresholdTest, type ThresholdTest } from '../value-lists.js';
import { type Id, id, text } from '../values.js';
import { isActive, isAttached } from './guards.js';
import { investigation, isSameTest, ThresholdAssessed } from './investigation.js';

/** Assesses a legal test, for the case or for one incident of it. A later assessment takes the place of an earlier. */
export class AssessThreshold {
  @Field(thresholdTest) readonly test!: ThresholdTest;
  /** The case's own forum where nothing is said. Only that forum's thresholds count for advancing the case. */
  @Field(Type.Optional(text(300))) readonly forum?: string;
  @Field(Type.Optional(id)) readonly incidentId?: Id;
  @Field(text(4000)) readonly basis!: string;
  @Field(thresholdResult) readonly result!: Static<typeof thresholdResult>;
}

export const assessThreshold = decision(investigation, AssessThreshold, {
  decide: (state, command) => {
    const assessed = { ...command, forum: command.forum ?? state.forum };
    const earlier = state.thresholds.find((other) => isSameTest(other, assessed));
    if (isSame(earlier, assessed)) return [];
    demand(...isActive(state), isAttached(state, command.incidentId));
    return [ThresholdAssessed(assessed)];
  },
});

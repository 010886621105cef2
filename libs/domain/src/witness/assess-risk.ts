import { type Static, Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard } from '../refusals.js';
import { isSameBut } from '../same.js';
import { riskLevel, type RiskLevel, type threat } from '../value-lists.js';
import { day, dayOrInstant, text } from '../values.js';
import { isNotErased, isNotInFuture } from './guards.js';
import { risk, RiskAssessed, witness } from './witness.js';

/**
 * Assesses how much the witness has to fear, until a day by which it is assessed anew. The notes are read by everybody
 * who may read the witness: they must not say who the witness is, nor where.
 */
export class AssessRisk {
  @Field(riskLevel) readonly level!: RiskLevel;
  @Field(risk.threats) readonly threats!: Static<typeof threat>[];
  /** Now where it is left out. */
  @Field(Type.Optional(dayOrInstant)) readonly assessedOn?: string;
  @Field(day) readonly reviewBy!: string;
  @Field(Type.Optional(text(4000))) readonly notes?: string;
}

/** It reads only its own stream: whatever comes between is a conflict of revisions and is seen. */
export const assessRisk = decision(witness, AssessRisk, {
  decide: (state, command, { now }) => {
    const { assessedOn = now, ...assessed } = command;
    const apart = command.assessedOn === undefined ? ['assessor', 'assessedOn'] : ['assessor'];
    if (state.risk && isSameBut(state.risk, command, ...apart)) return [];
    demand(
      isNotErased(state),
      isNotInFuture(command.assessedOn, now),
      guard('review-date-past', !isBefore(command.reviewBy, now), command.reviewBy),
    );
    return [RiskAssessed({ ...assessed, assessedOn })];
  },
});

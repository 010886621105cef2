import { type Static, Type } from 'typebox';
import { fact, Field } from '#event-sourcing';
import { isBefore } from '../before.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { admissibilityDecision } from '../value-lists.js';
import { dayOrInstant, text } from '../values.js';
import { AdmissibilityRuled, evidence } from './evidence.js';

/**
 * Records what a court ruled on the item. It binds that forum and no other. What is on record as irregular can be
 * entered again when it no longer is.
 */
export class RecordAdmissibilityRuling {
  @Field(text(300)) readonly forum!: string;
  @Field(text(300)) readonly proceeding!: string;
  @Field(admissibilityDecision) readonly decision!: Static<typeof admissibilityDecision>;
  @Field(text(4000)) readonly ground!: string;
  @Field(Type.Optional(dayOrInstant)) readonly ruledOn?: string;
}

export const recordAdmissibilityRuling = fact(evidence, RecordAdmissibilityRuling, {
  rules: (_, { ruledOn }, { now }) => [
    guard('date-in-future', ruledOn === undefined || !isBefore(now, ruledOn), ruledOn),
  ],
  record: (state, command, { irregularities }) => {
    const last = state.admissibility.findLast(
      ({ forum, proceeding }) => forum === command.forum && proceeding === command.proceeding,
    );
    const ruled = { ...command, irregularities };
    return isSame(last, ruled) ? [] : [AdmissibilityRuled(ruled)];
  },
});

import { type Static, Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { differing } from '../same.js';
import { object, text } from '../values.js';
import { notMerged } from './guards.js';
import { correctable, incident, IncidentCorrected } from './incident.js';

const corrected = Type.Partial(object(correctable), { additionalProperties: false, minProperties: 1 });

/** Corrects what was recorded of an incident; an outcome of verification stands until it is looked at again. */
export class CorrectIncident {
  /** The fields to correct, each whole. */
  @Field(corrected) readonly corrected!: Static<typeof corrected>;
  @Field(text(2000)) readonly reason!: string;
}

export const correctIncident = decision(incident, CorrectIncident, {
  decide: (state, { corrected: wanted, reason }) => {
    const different = differing(state, wanted);
    if (Object.keys(different).length === 0) return [];
    demand(notMerged(state));
    return [IncidentCorrected({ corrected: different, reason })];
  },
});

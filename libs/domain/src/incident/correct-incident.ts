import { type Static, Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { differing } from '../same.js';
import { object, text } from '../values.js';
import { hasHappened, notMerged } from './guards.js';
import { correctable, incident, IncidentCorrected } from './incident.js';

const corrected = Type.Partial(object(correctable), { additionalProperties: false, minProperties: 1 });

/**
 * Corrects what was recorded of an incident. An outcome of verification is of the incident as it was then, so all but
 * the title is corrected only while there is none, or after verification was begun again.
 */
export class CorrectIncident {
  /** The fields to correct, each whole. */
  @Field(corrected) readonly corrected!: Static<typeof corrected>;
  @Field(text(2000)) readonly reason!: string;
}

export const correctIncident = decision(incident, CorrectIncident, {
  decide: (state, { corrected: wanted, reason }, { now }) => {
    const different = differing(state, wanted);
    if (Object.keys(different).length === 0) return [];
    const { title: _, ...verified } = different;
    const isOpen = state.status === 'reported' || state.status === 'underVerification';
    demand(
      notMerged(state),
      guard('verification-stands', isOpen || Object.keys(verified).length === 0, state.status),
      hasHappened(different.period ?? state.period, now),
    );
    return [IncidentCorrected({ corrected: different, reason })];
  },
});

import { Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { text } from '../values.js';
import { notMerged } from './guards.js';
import { incident, VerificationBegun } from './incident.js';

/** Takes an incident under verification, or again, with the reason, after there was an outcome. */
export class BeginVerification {
  @Field(Type.Optional(text(2000))) readonly reason?: string;
}

export const beginVerification = decision(incident, BeginVerification, {
  decide: (state, command) => {
    if (state.status === 'underVerification') return [];
    demand(
      notMerged(state),
      guard('reopening-without-reason', state.status === 'reported' || command.reason !== undefined),
    );
    return [VerificationBegun({ ...command })];
  },
});

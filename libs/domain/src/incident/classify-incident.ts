import type { Static } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { isSame } from '../same.js';
import { conflictCharacter } from '../value-lists.js';
import { notMerged } from './guards.js';
import { classification, incident, IncidentClassified } from './incident.js';

/** Says in which kind of conflict an incident happened and which provisions it may come under. */
export class ClassifyIncident {
  @Field(conflictCharacter) readonly conflict!: Static<typeof conflictCharacter>;
  /** As cited, for instance "Rome Statute art. 8(2)(a)(i)". */
  @Field(classification.provisions) readonly provisions!: string[];
  @Field(classification.basis) readonly basis!: string;
}

export const classifyIncident = decision(incident, ClassifyIncident, {
  decide: (state, command) => {
    if (isSame(state.classification, command)) return [];
    demand(notMerged(state));
    return [IncidentClassified({ ...command })];
  },
});

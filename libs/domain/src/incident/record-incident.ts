import type { Static } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { type Period, period, type Place, place } from '../values.js';
import { hasHappened } from './guards.js';
import { correctable, incident, IncidentRecorded } from './incident.js';

/**
 * Records one occurrence. That several sources speak of the same occurrence is an assessment of whoever records it,
 * and what is unknown is said to be unknown: a period and a place always carry their precision.
 */
export class RecordIncident {
  @Field(correctable.title) readonly title!: string;
  @Field(correctable.categories) readonly categories!: Static<typeof correctable.categories>;
  @Field(correctable.means) readonly means!: Static<typeof correctable.means>;
  @Field(period) readonly period!: Period;
  @Field(place) readonly place!: Place;
  @Field(correctable.parties) readonly parties!: Static<typeof correctable.parties>;
}

export const recordIncident = decision(incident, RecordIncident, {
  creates: true,
  decide: (_, recorded, { now }) => {
    demand(hasHappened(recorded.period, now));
    return [IncidentRecorded({ ...recorded, enteredAt: now })];
  },
});

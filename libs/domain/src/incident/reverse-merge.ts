import { decision, Field } from '#event-sourcing';
import { text } from '../values.js';
import { incident, IncidentMergeReversed } from './incident.js';

/** Says that a merged incident is an occurrence of its own after all. One that is not merged is already so. */
export class ReverseMerge {
  @Field(text(2000)) readonly reason!: string;
}

export const reverseMerge = decision(incident, ReverseMerge, {
  decide: ({ mergedInto }, { reason }) =>
    mergedInto === undefined ? [] : [IncidentMergeReversed({ into: mergedInto, reason })],
});

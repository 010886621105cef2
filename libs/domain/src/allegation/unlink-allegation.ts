import { decision, Field } from '#event-sourcing';
import { type Id, id, text } from '../values.js';
import { allegation, AllegationUnlinked } from './allegation.js';

/** Takes back that an allegation concerns an incident. One that is not linked is already so. */
export class UnlinkAllegation {
  @Field(id) readonly incidentId!: Id;
  @Field(text(2000)) readonly reason!: string;
}

export const unlinkAllegation = decision(allegation, UnlinkAllegation, {
  decide: (state, { incidentId, reason }) =>
    state.incidents[incidentId] === undefined ? [] : [AllegationUnlinked({ incidentId, reason })],
});

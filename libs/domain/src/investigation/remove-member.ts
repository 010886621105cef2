import { decision, demand, Field } from '#event-sourcing';
import { subject, text } from '../values.js';
import { isOpen } from './guards.js';
import { investigation, MemberRemoved } from './investigation.js';

/** Takes somebody off the list of the team. What they may do in the case is up to their roles, before as after. */
export class RemoveMember {
  @Field(subject) readonly member!: string;
  @Field(text(2000)) readonly reason!: string;
}

export const removeMember = decision(investigation, RemoveMember, {
  decide: (state, { member, reason }) => {
    if (!state.members[member]) return [];
    demand(isOpen(state));
    return [MemberRemoved({ member, reason })];
  },
});

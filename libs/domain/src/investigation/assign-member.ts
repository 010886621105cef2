import { decision, demand, Field } from '#event-sourcing';
import { subject, text } from '../values.js';
import { hasNoConflict, isOpen } from './guards.js';
import { investigation, MemberAssigned } from './investigation.js';

/** Assigns somebody to the team, or gives a member another duty. */
export class AssignMember {
  @Field(subject) readonly member!: string;
  /** What the member is there to do, for instance `analysis of footage`. */
  @Field(text(300)) readonly duty!: string;
}

export const assignMember = decision(investigation, AssignMember, {
  decide: (state, { member, duty }) => {
    if (state.members[member]?.duty === duty) return [];
    demand(isOpen(state), hasNoConflict(state, member));
    return [MemberAssigned({ member, duty })];
  },
});

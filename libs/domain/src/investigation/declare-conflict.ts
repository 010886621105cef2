import { fact, Field } from '#event-sourcing';
import { personOf } from '../person.js';
import { guard } from '../refusals.js';
import { text } from '../values.js';
import { ConflictOfInterestDeclared, investigation } from './investigation.js';

/** Records that whoever asks, or is acted for, has a conflict of interest in the case. Possible at any time. */
export class DeclareConflict {
  @Field(text(2000)) readonly reason!: string;
}

export const declareConflict = fact(investigation, DeclareConflict, {
  rules: ({ lead, members, acted }, _, { actor }) => {
    const member = personOf(actor);
    const isLate = lead === member || members[member] !== undefined || acted.includes(member);
    return [guard('conflict-declared-late', !isLate, member)];
  },
  record: (state, { reason }, { actor, irregularities }) => {
    const member = personOf(actor);
    if (state.conflicts[member]?.reasons.includes(reason)) return [];
    return [ConflictOfInterestDeclared({ member, reason, irregularities })];
  },
});

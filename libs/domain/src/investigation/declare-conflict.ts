import { fact, Field } from '#event-sourcing';
import { guard } from '../refusals.js';
import { text } from '../values.js';
import { ConflictOfInterestDeclared, investigation } from './investigation.js';

/** Records that whoever asks, or is acted for, has a conflict of interest in the case. Possible at any time. */
export class DeclareConflict {
  @Field(text(2000)) readonly reason!: string;
}

export const declareConflict = fact(investigation, DeclareConflict, {
  rules: ({ lead, members }, _, { actor: { subject, onBehalfOf: member = subject } }) => [
    guard('conflict-declared-late', lead !== member && members[member] === undefined, member),
  ],
  record: (state, { reason }, { actor: { subject, onBehalfOf: member = subject }, irregularities }) =>
    state.conflicts[member]?.reasons.includes(reason)
      ? []
      : [ConflictOfInterestDeclared({ member, reason, irregularities })],
});

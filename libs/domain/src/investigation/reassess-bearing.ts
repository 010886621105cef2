import { Type } from 'typebox';
import { decision, demand, Field, read } from '#event-sourcing';
import { evidence } from '../evidence/evidence.js';
import { bearing, type Bearing } from '../value-lists.js';
import { type Id, id, text } from '../values.js';
import { bearingRules, isActive, isLinked, issueExists, needsNoSecondPerson, witnessesOf } from './guards.js';
import { BearingReassessed, investigation, isForDefence } from './investigation.js';
import { bearingNow } from './reassessment.js';

/**
 * Says anew how an item bears on the case, or on one issue of it. Away from a bearing that favours the defence it
 * takes RequestReassessment and ApproveReassessment.
 */
export class ReassessBearing {
  @Field(id) readonly evidenceId!: Id;
  @Field(Type.Optional(id)) readonly issueId?: Id;
  @Field(bearing) readonly to!: Bearing;
  @Field(text(2000)) readonly reason!: string;
}

/** A restriction or a ruling that comes between the read and the append counts from the next decision on. */
export const reassessBearing = decision(investigation, ReassessBearing, {
  reads: (state, { evidenceId }) => ({
    item: read(evidence, evidenceId),
    witnesses: witnessesOf(state.evidence[evidenceId]?.statement),
  }),
  decide: (state, command, { item, witnesses: [itsWitness] }) => {
    const { evidenceId, issueId, to } = command;
    demand(isLinked(state, evidenceId), issueExists(state, issueId));
    const from = bearingNow(state, command);
    if (from === to) return [];
    demand(
      ...isActive(state),
      needsNoSecondPerson(isForDefence(from)),
      ...bearingRules(state, evidenceId, item, to, itsWitness),
    );
    return [BearingReassessed({ ...command, from })];
  },
});

import { Type } from 'typebox';
import { decision, demand, Field, read } from '#event-sourcing';
import { isPending, newRequest } from '../approval.js';
import { evidence } from '../evidence/evidence.js';
import { bearing, type Bearing } from '../value-lists.js';
import { type Id, id, text } from '../values.js';
import { bearingRules, isActive, isLinked, issueExists, witnessesOf } from './guards.js';
import { investigation, ReassessmentRequested } from './investigation.js';
import { bearingNow, reassessmentMaterial } from './reassessment.js';

/** Asks a second person to approve another bearing. Of the requests about one bearing only the newest stands. */
export class RequestReassessment {
  @Field(id) readonly evidenceId!: Id;
  @Field(Type.Optional(id)) readonly issueId?: Id;
  @Field(bearing) readonly to!: Bearing;
  @Field(text(2000)) readonly reason!: string;
}

/** What the item is like is read again when the request is approved. */
export const requestReassessment = decision(investigation, RequestReassessment, {
  reads: (state, { evidenceId }) => ({
    item: read(evidence, evidenceId),
    witnesses: witnessesOf(state.evidence[evidenceId]?.statement),
  }),
  decide: (state, command, context) => {
    const { evidenceId, issueId, to } = command;
    demand(isLinked(state, evidenceId), issueExists(state, issueId));
    const material = reassessmentMaterial(state, command);
    if (bearingNow(state, command) === to) return [];
    if (isPending(state.requests.reassessments, material, context)) return [];
    demand(...isActive(state), ...bearingRules(state, evidenceId, context.item, to, context.witnesses[0]));
    return [ReassessmentRequested({ ...newRequest(material, context), ...command })];
  },
});

import { decision, demand, Field } from '#event-sourcing';
import { type Id, id, text } from '../values.js';
import { isActive, isNoBasis, needsNoSecondPerson } from './guards.js';
import { EvidenceUnlinked, favoursDefence, investigation } from './investigation.js';

/** Takes an item out of the case. One that favours the defence leaves by RequestUnlink and ApproveUnlink only. */
export class UnlinkEvidence {
  @Field(id) readonly evidenceId!: Id;
  @Field(text(2000)) readonly reason!: string;
}

export const unlinkEvidence = decision(investigation, UnlinkEvidence, {
  decide: (state, { evidenceId, reason }) => {
    const linked = state.evidence[evidenceId];
    if (!linked) return [];
    demand(...isActive(state), needsNoSecondPerson(favoursDefence(linked)), isNoBasis(state, evidenceId));
    return [EvidenceUnlinked({ evidenceId, reason })];
  },
});

import { type Static, Type } from 'typebox';
import { decision, demand, Field, read } from '#event-sourcing';
import { personOf } from '../person.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { authenticityOutcome } from '../value-lists.js';
import { text } from '../values.js';
import { assessedBy, authenticityMethods } from './authenticity.js';
import { AuthenticityAssessed, evidence } from './evidence.js';

/**
 * Assesses whether the item is what it is said to be: as own staff, or passing on another organisation's assessment,
 * whose report is an item. Stands beside every other assessment, contradicting ones too.
 */
export class AssessAuthenticity {
  @Field(authenticityOutcome) readonly outcome!: Static<typeof authenticityOutcome>;
  @Field(authenticityMethods) readonly methods!: string[];
  @Field(assessedBy) readonly by!: Static<typeof assessedBy>;
  @Field(Type.Optional(text(4000))) readonly limitations?: string;
}

/** That the report exists never changes, so nothing that happens before the append can make the decision wrong. */
export const assessAuthenticity = decision(evidence, AssessAuthenticity, {
  reads: (_, { by }) => ({ reports: by.kind === 'external' ? [read(evidence, by.reportEvidenceId)] : [] }),
  decide: (state, command, { id: ownId, actor, reports }) => {
    const assessor = personOf(actor);
    const earlier = state.authenticity.findLast(
      (other) => other.assessor === assessor && isSame(other.by, command.by),
    );
    if (isSame(earlier, { ...command, assessor })) return [];
    const { by } = command;
    if (by.kind === 'external')
      demand(
        guard('report-is-item', by.reportEvidenceId !== ownId),
        guard('evidence-unknown', reports[0] !== undefined, by.reportEvidenceId),
      );
    return [AuthenticityAssessed({ ...command })];
  },
});

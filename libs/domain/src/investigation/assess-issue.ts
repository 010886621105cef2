import { type Static, Type } from 'typebox';
import { decision, demand, Field, read } from '#event-sourcing';
import { evidence } from '../evidence/evidence.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { type Bearing, issueFinding, standard, type Standard } from '../value-lists.js';
import { type Id, id, text } from '../values.js';
import { type Case, isActive, isLinked, issueExists, mayBeReliedUpon } from './guards.js';
import { basis, investigation, IssueAssessed } from './investigation.js';

/** Whether a finding settles the issue. */
const settles = (finding: unknown): boolean => finding === 'established' || finding === 'refuted';

/**
 * Finds how a fact in issue stands by one standard of proof. Each standard has its own finding: what is established
 * by a lower one may be contested by a higher.
 */
export class AssessIssue {
  @Field(id) readonly issueId!: Id;
  @Field(issueFinding) readonly finding!: Static<typeof issueFinding>;

  @Field(standard, (value, { finding }) =>
    value === 'alleged' && settles(finding)
      ? 'what is only alleged is neither established nor refuted'
      : undefined,
  )
  readonly standard!: Standard;

  /** The linked items that the finding rests on. */
  @Field(basis, (items, { finding }) =>
    items.length === 0 && settles(finding) ? 'what is established or refuted rests on an item' : undefined,
  )
  readonly basis!: Id[];

  @Field(Type.Optional(text(4000))) readonly reasoning?: string;
}

/** A restriction or a ruling that comes between the read and the append counts from the next decision on. */
export const assessIssue = decision(investigation, AssessIssue, {
  reads: (_, command) => ({ items: command.basis.map((evidenceId) => read(evidence, evidenceId)) }),
  decide: (state, { issueId, standard: reached, ...finding }, { items }) => {
    demand(issueExists(state, issueId));
    if (isSame(state.issues[issueId]?.findings[reached], finding)) return [];
    demand(
      ...isActive(state),
      ...finding.basis.map((evidenceId) => isLinked(state, evidenceId)),
      ...finding.basis.flatMap((evidenceId, index) => {
        const item = items[index];
        return item
          ? mayBeReliedUpon(state, item, evidenceId, bearingOn(state, issueId, evidenceId))
          : [guard('evidence-unknown', false, evidenceId)];
      }),
    );
    return [IssueAssessed({ issueId, standard: reached, ...finding })];
  },
});

/** How an item bears on the issue: as it was reviewed for it, else as it bears on the case. */
function bearingOn({ evidence: linked }: Case, issueId: string, evidenceId: string): Bearing {
  const item = linked[evidenceId];
  return item?.issueBearings[issueId] ?? item?.bearing ?? 'unreviewed';
}

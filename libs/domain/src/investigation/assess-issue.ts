import { type Static, Type } from 'typebox';
import { decision, demand, Field, read } from '#event-sourcing';
import { evidence } from '../evidence/evidence.js';
import { guard } from '../refusals.js';
import { isSame } from '../same.js';
import { type Bearing, issueFinding, standard, type Standard } from '../value-lists.js';
import { type Id, id, text } from '../values.js';
import {
  type Case,
  isActive,
  isLinked,
  issueExists,
  mayBeReliedUpon,
  statementMayBeReliedUpon,
  witnessesOf,
} from './guards.js';
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

/** A restriction, a ruling or what becomes of a statement that comes between the read and the append counts from the next decision on. */
export const assessIssue = decision(investigation, AssessIssue, {
  reads: (state, command) => ({
    items: command.basis.map((evidenceId) => read(evidence, evidenceId)),
    witnesses: witnessesOf(...recording(state, command.basis).map(({ statement }) => statement)),
  }),
  decide: (state, { issueId, standard: reached, ...finding }, { items, witnesses }) => {
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
      ...recording(state, finding.basis).flatMap(({ evidenceId, statement }, index) =>
        statementMayBeReliedUpon(
          statement,
          witnesses[index],
          evidenceId,
          bearingOn(state, issueId, evidenceId),
        ),
      ),
    );
    return [IssueAssessed({ issueId, standard: reached, ...finding })];
  },
});

/** The items that record a witness's statement, in the order in which the witnesses are read. */
function recording({ evidence: linked }: Case, evidenceIds: readonly string[]) {
  return evidenceIds
    .map((evidenceId) => ({ evidenceId, statement: linked[evidenceId]?.statement }))
    .filter(({ statement }) => statement !== undefined);
}

/** How an item bears on the issue: as it was reviewed for it, else as it bears on the case. */
function bearingOn({ evidence: linked }: Case, issueId: string, evidenceId: string): Bearing {
  const item = linked[evidenceId];
  return item?.issueBearings[issueId] ?? item?.bearing ?? 'unreviewed';
}

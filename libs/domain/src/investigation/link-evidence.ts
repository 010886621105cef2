import { type Static, Type } from 'typebox';
import { decision, demand, type DeepReadonly, Field, read } from '#event-sourcing';
import { evidence } from '../evidence/evidence.js';
import { guard } from '../refusals.js';
import { bearing, type Bearing } from '../value-lists.js';
import { isSame } from '../same.js';
import { type Id, id, text } from '../values.js';
import { bearingRules, isActive, rejoinsWithItsBearing, statementExists, witnessesOf } from './guards.js';
import { EvidenceLinked, type Investigation, investigation, recordedStatement } from './investigation.js';

/** Makes an item part of the case. It joins once, and the digest it joined with never changes. */
export class LinkEvidence {
  @Field(id) readonly evidenceId!: Id;
  @Field(Type.Optional(text(500))) readonly locator?: string;
  @Field(text(2000)) readonly relevance!: string;
  /** The statement that the item records, of a witness of ours. */
  @Field(Type.Optional(recordedStatement)) readonly statement?: Static<typeof recordedStatement>;
  /** `unreviewed` where nothing is said. */
  @Field(Type.Optional(bearing)) readonly bearing?: Bearing;
}

/**
 * A registered item is enough, it need not be sealed: what is not linked is not reviewed. An item's digests never
 * change; a restriction, a ruling or what becomes of a statement between the read and the append counts from the next
 * decision on.
 */
export const linkEvidence = decision(investigation, LinkEvidence, {
  reads: (_, { evidenceId, statement }) => ({
    item: read(evidence, evidenceId),
    witnesses: witnessesOf(statement),
  }),
  decide: (state, command, { item, witnesses: [itsWitness] }) => {
    const { evidenceId } = command;
    const linked = state.evidence[evidenceId];
    if (linked && isSameLink(linked, command)) return [];
    const wanted = command.bearing ?? 'unreviewed';
    demand(
      ...isActive(state),
      guard('evidence-linked', linked === undefined, evidenceId),
      rejoinsWithItsBearing(state, evidenceId, wanted),
      ...statementExists(command.statement, itsWitness),
      ...bearingRules(state, evidenceId, item, wanted, itsWitness, command.statement),
    );
    const digest = item?.digests[0];
    return [EvidenceLinked({ ...command, ...(digest && { digest: { ...digest } }), bearing: wanted })];
  },
});

/** A bearing that is not stated is not compared: it may have been reassessed since. */
function isSameLink(
  linked: DeepReadonly<Static<typeof Investigation>['evidence'][string]>,
  { locator, relevance, statement, bearing: wanted = linked.bearing }: LinkEvidence,
): boolean {
  return (
    linked.locator === locator &&
    linked.relevance === relevance &&
    isSame(linked.statement, statement) &&
    linked.bearing === wanted
  );
}

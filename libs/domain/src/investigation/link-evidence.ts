import { type Static, Type } from 'typebox';
import { decision, demand, type DeepReadonly, Field, read } from '#event-sourcing';
import { evidence } from '../evidence/evidence.js';
import { guard } from '../refusals.js';
import { bearing, type Bearing } from '../value-lists.js';
import { type Id, id, text } from '../values.js';
import { bearingRules, isActive, rejoinsWithItsBearing } from './guards.js';
import { EvidenceLinked, type Investigation, investigation } from './investigation.js';

/** Makes an item part of the case. It joins once, and the digest it joined with never changes. */
export class LinkEvidence {
  @Field(id) readonly evidenceId!: Id;
  @Field(Type.Optional(text(500))) readonly locator?: string;
  @Field(text(2000)) readonly relevance!: string;
  /** `unreviewed` where nothing is said. */
  @Field(Type.Optional(bearing)) readonly bearing?: Bearing;
}

/**
 * A registered item is enough, it need not be sealed: what is not linked is not reviewed. An item's digests never
 * change; a restriction or a ruling that comes between the read and the append counts from the next decision on.
 */
export const linkEvidence = decision(investigation, LinkEvidence, {
  reads: (_, { evidenceId }) => ({ item: read(evidence, evidenceId) }),
  decide: (state, command, { item }) => {
    const { evidenceId } = command;
    const linked = state.evidence[evidenceId];
    if (linked && isSameLink(linked, command)) return [];
    const wanted = command.bearing ?? 'unreviewed';
    demand(
      ...isActive(state),
      guard('evidence-linked', linked === undefined, evidenceId),
      rejoinsWithItsBearing(state, evidenceId, wanted),
      ...bearingRules(state, evidenceId, item, wanted),
    );
    const digest = item?.digests[0];
    return [EvidenceLinked({ ...command, ...(digest && { digest: { ...digest } }), bearing: wanted })];
  },
});

/** A bearing that is not stated is not compared: it may have been reassessed since. */
function isSameLink(
  linked: DeepReadonly<Static<typeof Investigation>['evidence'][string]>,
  { locator, relevance, bearing: wanted = linked.bearing }: LinkEvidence,
): boolean {
  return linked.locator === locator && linked.relevance === relevance && linked.bearing === wanted;
}

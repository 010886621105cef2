import { type Static, Type } from 'typebox';
import { decision, demand, type DeepReadonly, digestOf, Field, streamOf } from '#event-sourcing';
import { afterDays, approvalDays } from '../approval.js';
import { favoursDefence, investigation, type Investigation } from '../investigation/investigation.js';
import { guard, refuse } from '../refusals.js';
import { type Id, id, object } from '../values.js';
import type { Witness } from '../witness/witness.js';
import { firstOf, hasNoConflict } from './guards.js';
import { drawUp, manifestDocument, type Named, readsOf } from './manifest.js';
import { manifestEntriesMax } from './manifest-entry.js';
import { contents, leftOut, referral, ReferralDrafted } from './referral.js';
import { statementsWithoutWitness } from './transmission-blocks.js';

/** Items, each once, and which content of each goes along. */
export const referredEvidence = Type.Refine(
  Type.Array(
    object({
      evidenceId: id,
      /** Whether the content itself is handed on, or only what is recorded of the item. */
      content: Type.Boolean(),
      /** Working copies whose content is handed on. */
      copyIds: Type.Optional(Type.Array(id, { maxItems: 49, uniqueItems: true })),
    }),
    { maxItems: manifestEntriesMax },
  ),
  (items) => new Set(items.map(({ evidenceId }) => evidenceId)).size === items.length,
  () => 'an item is named twice',
);
const ids = Type.Array(id, { maxItems: manifestEntriesMax, uniqueItems: true });

/** Draws up what is to be handed on to another forum, for a second person to review. */
export class DraftReferral {
  @Field(id) readonly investigationId!: Id;
  @Field(contents.recipient) readonly recipient!: string;
  @Field(contents.legalBasis) readonly legalBasis!: string;
  @Field(contents.purpose) readonly purpose?: string;
  @Field(referredEvidence) readonly evidence!: Static<typeof referredEvidence>;
  @Field(ids) readonly witnesses!: Id[];
  @Field(ids) readonly incidents!: Id[];
  @Field(ids) readonly allegations!: Id[];
  /** Items that favour the defence and stay here, each with the reason. */
  @Field(leftOut) readonly leftOut?: { evidenceId: string; reason: string }[];
}

/**
 * A case at any stage can be handed on, a closed one too: where its own forum has no jurisdiction, another may. What is
 * read may move before the append, as it may a moment later: the manifest holds the revision and digest that were read,
 * and whoever approves or transmits compares them with what is there then. Restrictions and consents are not asked for
 * yet: while they are being obtained, a draft is how one sees which.
 */
export const draftReferral = decision(referral, DraftReferral, {
  creates: true,
  sensitive: true,
  reads: (_, command) => readsOf(namedBy(command)),
  decide: (_, command, { actor, now, ...states }) => {
    const { recipient, legalBasis, purpose, evidence: items } = command;
    const named = namedBy(command);
    const { state: subject } = states.subject ?? refuse('investigation-unknown', named.investigationId);
    const people = states.people.map((read) => read?.state);
    const unconsenting = statementsWithoutWitness(named, subject);
    demand(
      hasNoConflict(subject, actor),
      guard('manifest-too-long', entryCount(named) <= manifestEntriesMax, `${entryCount(named)} streams`),
      areInCase('allegation-not-in-case', named.allegations, subject.allegations),
      areInCase('incident-not-attached', named.incidents, subject.incidents),
      areInCase('evidence-not-linked', named.evidence, subject.evidence),
      nothingForDefenceIsMissing(command, subject),
      haveToDoWithCase(named, people, subject),
      guard(
        'statement-without-witness',
        unconsenting.length === 0,
        firstOf(unconsenting.map(({ stream, detail }) => `${stream} of ${detail}`)),
      ),
    );
    const document = {
      subject: streamOf(investigation.category, named.investigationId),
      recipient,
      legalBasis,
      ...(purpose === undefined ? {} : { purpose }),
      manifest: drawUp(named, states, items),
    };
    return [
      ReferralDrafted({
        ...document,
        ...(command.leftOut === undefined ? {} : { leftOut: command.leftOut }),
        manifestHash: digestOf(manifestDocument(document)),
        expiresAt: afterDays(now, approvalDays),
      }),
    ];
  },
});

const namedBy = ({ evidence: items, ...command }: DraftReferral): Named => ({
  ...command,
  evidence: items.map(({ evidenceId }) => evidenceId),
});

const entryCount = ({ allegations, incidents, evidence: items, witnesses }: Named): number =>
  1 + allegations.length + incidents.length + items.length + witnesses.length;

function areInCase(
  code: 'allegation-not-in-case' | 'incident-not-attached' | 'evidence-not-linked',
  named: readonly string[],
  inCase: Readonly<Record<string, unknown>>,
) {
  const missing = named.filter((one) => inCase[one] === undefined);
  return guard(code, missing.length === 0, firstOf(missing));
}

/** What exonerates goes where the case goes (Rome Statute, articles 54(1)(a) and 67(2)), or it is said why not. */
function nothingForDefenceIsMissing(
  { evidence: items, leftOut: out = [] }: Readonly<DraftReferral>,
  subject: DeepReadonly<Investigation>,
) {
  const spokenOf = new Set([...items, ...out].map(({ evidenceId }) => evidenceId));
  const silent = Object.entries(subject.evidence).filter(
    ([evidenceId, linked]) => favoursDefence(linked) && !spokenOf.has(evidenceId),
  );
  return guard('defence-left-out', silent.length === 0, firstOf(silent.map(([evidenceId]) => evidenceId)));
}

/** A witness belongs to a case by an interview for it, or by a statement that an item of the case records. */
function haveToDoWithCase(
  { witnesses, investigationId }: Named,
  people: readonly (DeepReadonly<Witness> | undefined)[],
  subject: DeepReadonly<Investigation>,
) {
  const stated = Object.values(subject.evidence).map(({ statement }) => statement?.witnessId);
  const strange = witnesses.filter((witnessId, index) => {
    const person = people[index];
    const interviews = Object.values(person?.interviews ?? {});
    const isInterviewed = interviews.some((held) => held.investigationId === investigationId);
    return person === undefined || !(isInterviewed || stated.includes(witnessId));
  });
  return guard('witness-not-in-case', strange.length === 0, firstOf(strange));
}

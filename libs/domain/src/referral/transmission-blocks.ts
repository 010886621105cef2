import type { Static } from 'typebox';
import { type DeepReadonly, streamOf } from '#event-sourcing';
import { type Allegation, allegation } from '../allegation/allegation.js';
import {
  type Evidence,
  evidence,
  holdingOf,
  isKnownBroken,
  isQuarantined,
  recipientBlocks,
} from '../evidence/evidence.js';
import type { Investigation } from '../investigation/investigation.js';
import { isSame, isSameName } from '../same.js';
import { transmissionBlock } from '../value-lists.js';
import { object, streamName, text } from '../values.js';
import { consentFor, type Consent, type Witness, witness } from '../witness/witness.js';
import { type Named, namedIn, type States } from './manifest.js';
import type { ManifestEntry } from './manifest-entry.js';
import type { Referral } from './referral.js';

/** Something that keeps a referral, or a part of it, from its recipient. */
export const block = object({ stream: streamName, reason: transmissionBlock, detail: text(1000) });
export type Block = Static<typeof block>;

type Referred = DeepReadonly<Pick<Referral, 'subject' | 'recipient' | 'manifest'>>;

/**
 * Everything that keeps a referral from its recipient by the states as they are: quarantine, demands of providers that
 * do not permit this recipient, witnesses who do not consent to it or are erased. The decision to transmit is refused by
 * it, and the package is not delivered by it, so what changes between the two is caught by the second.
 */
export function transmissionBlocks(referral: Referred, states: States, now: string): Block[] {
  const named = namedIn(referral);
  const held = new Map(referral.manifest.map((entry) => [entry.stream, entry]));
  return [
    ...named.allegations.flatMap((id, index) => ofClaim(id, states.claims[index]?.state, referral.recipient)),
    ...named.evidence.flatMap((id, index) =>
      ofItem(id, states.items[index]?.state, held.get(streamOf(evidence.category, id)), referral.recipient),
    ),
    ...statementsWithoutWitness(named, states.subject?.state),
    ...named.witnesses.flatMap((id, index) =>
      ofWitness(id, states.people[index]?.state, referral, named, now),
    ),
  ];
}

/** Items that record a statement of a witness who is not handed on with them: nobody would have asked for the consent. */
export function statementsWithoutWitness(
  named: Named,
  subject: DeepReadonly<Investigation> | undefined,
): Block[] {
  return named.evidence.flatMap((id) => {
    const witnessId = subject?.evidence[id]?.statement?.witnessId;
    if (witnessId === undefined || named.witnesses.includes(witnessId)) return [];
    return [blockOf(evidence, id, 'statementWithoutWitness', streamOf(witness.category, witnessId))];
  });
}

function ofClaim(id: string, claim: DeepReadonly<Allegation> | undefined, recipient: string): Block[] {
  if (!claim) return [blockOf(allegation, id, 'missing', 'not on record')];
  return claim.restrictions
    .filter(({ permits }) => !permits.some((permitted) => isSameName(permitted, recipient)))
    .map(({ kind, provider }) => blockOf(allegation, id, 'restricted', `${kind} of ${provider}`));
}

function ofItem(
  id: string,
  item: DeepReadonly<Evidence> | undefined,
  entry: DeepReadonly<ManifestEntry> | undefined,
  recipient: string,
): Block[] {
  if (!item) return [blockOf(evidence, id, 'missing', 'not on record')];
  const contents = entry?.content ?? [];
  const copies = contents.flatMap(({ copyId }) => copyId ?? []);
  const isBroken = contents.some(({ copyId, digest }) => {
    const holding = holdingOf(item, copyId);
    return holding === undefined || isKnownBroken(holding) || !isSame(holding.content?.digest, digest);
  });
  return [
    ...[undefined, ...copies]
      .filter((copyId) => isQuarantined(item, copyId))
      .map((copyId) => blockOf(evidence, id, 'quarantined', copyId ?? 'the item')),
    ...(isBroken ? [blockOf(evidence, id, 'contentBroken', 'what is stored is not what was stored')] : []),
    ...recipientBlocks(item, recipient).map(({ kind, provider }) =>
      blockOf(evidence, id, 'restricted', `${kind} of ${provider}`),
    ),
  ];
}

/** One consent must cover all that is handed on of the witness: what was stated, and a recording that goes along. */
function ofWitness(
  id: string,
  person: DeepReadonly<Witness> | undefined,
  { recipient }: Referred,
  { evidence: items }: Named,
  at: string,
): Block[] {
  if (!person) return [blockOf(witness, id, 'missing', 'not on record')];
  const isRecordingReferred = Object.values(person.interviews).some(
    ({ recordingEvidenceId }) => recordingEvidenceId !== undefined && items.includes(recordingEvidenceId),
  );
  const scope: Consent['scope'] = isRecordingReferred ? ['statement', 'recording'] : ['statement'];
  const consent = consentFor(person, { recipient, purpose: 'sharing', scope, at });
  return [
    ...(person.erased ? [blockOf(witness, id, 'erased', person.pseudonym)] : []),
    ...(consent ? [] : [blockOf(witness, id, 'consentMissing', `sharing ${scope.join(' and ')}`)]),
  ];
}

const blockOf = (
  { category }: { readonly category: string },
  id: string,
  reason: Block['reason'],
  detail: string,
): Block => ({ stream: streamOf(category, id), reason, detail });

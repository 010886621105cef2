import {
  type Aggregate,
  categoryOf,
  type DeepReadonly,
  digestOf,
  idOf,
  readAt,
  type StateAt,
  type StatesOf,
  streamOf,
} from '#event-sourcing';
import { allegation } from '../allegation/allegation.js';
import { type Content, evidence, type Evidence, holdingOf } from '../evidence/evidence.js';
import { incident } from '../incident/incident.js';
import { investigation } from '../investigation/investigation.js';
import { refuse } from '../refusals.js';
import { witness } from '../witness/witness.js';
import type { ManifestContent, ManifestEntry } from './manifest-entry.js';
import {
  materialOfAllegation,
  materialOfEvidence,
  materialOfIncident,
  materialOfInvestigation,
  materialOfWitness,
} from './material.js';
import type { Referral } from './referral.js';

/** What a referral hands on, by ids: one case, and what is handed on with it. */
export interface Named {
  readonly investigationId: string;
  readonly allegations: readonly string[];
  readonly incidents: readonly string[];
  readonly evidence: readonly string[];
  readonly witnesses: readonly string[];
}

/** Everything a manifest is drawn up of, and compared with later. */
export function readsOf(named: Named) {
  return {
    subject: readAt(investigation, named.investigationId),
    claims: named.allegations.map((id) => readAt(allegation, id)),
    occurrences: named.incidents.map((id) => readAt(incident, id)),
    items: named.evidence.map((id) => readAt(evidence, id)),
    people: named.witnesses.map((id) => readAt(witness, id)),
  };
}
export type States = StatesOf<ReturnType<typeof readsOf>>;

/** What a manifest names. */
export function namedIn({ subject, manifest }: DeepReadonly<Pick<Referral, 'subject' | 'manifest'>>): Named {
  const idsOf = ({ category }: Aggregate) =>
    manifest.filter(({ stream }) => categoryOf(stream) === category).map(({ stream }) => idOf(stream));
  return {
    investigationId: idOf(subject),
    allegations: idsOf(allegation),
    incidents: idsOf(incident),
    evidence: idsOf(evidence),
    witnesses: idsOf(witness),
  };
}

/** Which content goes along: the item's own, and that of these working copies. */
export interface Selected {
  readonly content: boolean;
  readonly copyIds?: readonly string[];
}

/** The manifest of what was read, in this order: the case, claims, occurrences, items, people. All of it is there. */
export function drawUp(named: Named, states: States, selected: readonly Selected[]): ManifestEntry[] {
  return entriesOf(named, states).map(({ stream, revision, digest }) => {
    if (revision === undefined || digest === undefined) throw new Error(`${stream} was not read`);
    const index = named.evidence.findIndex((id) => streamOf(evidence.category, id) === stream);
    const content = contentOf(named.evidence[index], states.items[index]?.state, selected[index]);
    return { stream, revision, digest, ...(content.length === 0 ? {} : { content }) };
  });
}

/** The streams whose material part is no longer what the manifest says. */
export function movedIn({ manifest, subject }: DeepReadonly<Referral>, states: States): string[] {
  const now = new Map(
    entriesOf(namedIn({ manifest, subject }), states).map(({ stream, digest }) => [stream, digest]),
  );
  return manifest.filter(({ stream, digest }) => now.get(stream) !== digest).map(({ stream }) => stream);
}

/** What is under the manifest's hash: the members of `manifest.json`, whose bytes are their canonical JSON (RFC 8785). */
export function manifestDocument(referral: DeepReadonly<Document>): object {
  const { subject, recipient, legalBasis, purpose, manifest } = referral;
  return { subject, recipient, legalBasis, ...(purpose === undefined ? {} : { purpose }), manifest };
}
type Document = Pick<Referral, 'subject' | 'recipient' | 'legalBasis' | 'purpose' | 'manifest'>;

interface Entry {
  readonly stream: string;
  /** Both are absent where there is no such stream. */
  readonly revision?: number;
  readonly digest?: string;
}

function entriesOf(named: Named, states: States): Entry[] {
  return [
    entry(investigation, named.investigationId, states.subject, materialOfInvestigation),
    ...entries(allegation, named.allegations, states.claims, materialOfAllegation),
    ...entries(incident, named.incidents, states.occurrences, materialOfIncident),
    ...entries(evidence, named.evidence, states.items, materialOfEvidence),
    ...entries(witness, named.witnesses, states.people, (state) =>
      materialOfWitness(state, named.investigationId),
    ),
  ];
}

type MaterialOf<State> = (state: DeepReadonly<State>) => object;

function entries<State>(
  of: Aggregate<State>,
  ids: readonly string[],
  states: readonly (StateAt<State> | undefined)[],
  materialOf: MaterialOf<State>,
): Entry[] {
  return ids.map((id, index) => entry(of, id, states[index], materialOf));
}

function entry<State>(
  { category }: Aggregate<State>,
  id: string,
  read: StateAt<State> | undefined,
  materialOf: MaterialOf<State>,
): Entry {
  const stream = streamOf(category, id);
  return read ? { stream, revision: read.revision, digest: digestOf(materialOf(read.state)) } : { stream };
}

function contentOf(
  evidenceId: string | undefined,
  item: DeepReadonly<Evidence> | undefined,
  selected: Selected | undefined,
): ManifestContent[] {
  if (!evidenceId || !item || !selected) return [];
  return [
    ...(selected.content ? [fileOf(evidenceId, holdingOf(item, undefined)?.content)] : []),
    ...(selected.copyIds ?? []).map((copyId) => ({
      copyId,
      ...fileOf(copyId, holdingOf(item, copyId)?.content),
    })),
  ];
}

function fileOf(id: string, held: Content | undefined): ManifestContent {
  const { digest, length } = held ?? refuse('referred-content-missing', id);
  return { digest: { ...digest }, length, name: `${id}-${digest.value.slice(0, 12)}` };
}

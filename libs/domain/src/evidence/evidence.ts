import { type Static, Type } from 'typebox';
import { aggregate, type DeepReadonly, defineEvents, type EvolveOf } from '#event-sourcing';
import { personOf } from '../person.js';
import {
  acquisitionMethod,
  authenticityOutcome,
  evidenceForm,
  evidenceKind,
  sealCondition,
  sealedContent,
} from '../value-lists.js';
import {
  dayOrInstant,
  digest,
  id,
  irregularities,
  object,
  restriction,
  subject,
  text,
  url,
} from '../values.js';
import { ruling, rulingBefore } from './rulings.js';

/** A numbered physical seal, as it was when it was looked at. */
export const seal = object({ number: text(100), condition: sealCondition });

/** Who had the item before us: an organisation by its name, a person by a pseudonym, or what is known instead. */
const priorHolder = Type.Refine(
  object({
    organisation: Type.Optional(text(300)),
    personId: Type.Optional(id),
    note: Type.Optional(text(1000)),
    from: Type.Optional(dayOrInstant),
    until: Type.Optional(dayOrInstant),
  }),
  ({ organisation, personId, note }) => (organisation ?? personId ?? note) !== undefined,
  () => 'a prior holder is named or described',
);

/** How the item came to us: ISO/IEC 27037, 6.6, and Berkeley Protocol, chapter VI.C, on what is to be documented. */
export const acquisition = object({
  method: acquisitionMethod,
  tool: Type.Optional(text(300)),
  /** Who did it, a person under a pseudonym: what the sign-in calls somebody may be a name. */
  operatorId: id,
  acquiredAt: dayOrInstant,
  clockSource: Type.Optional(text(300)),
  sourceUrl: Type.Optional(url),
  legalAuthority: Type.Optional(text(1000)),
  contentCreatedAt: Type.Optional(dayOrInstant),
  priorCustody: Type.Array(priorHolder, { maxItems: 100 }),
});

/** Whose assessment it is: our own staff's, or another organisation's, whose report is itself an item. */
export const assessedBy = Type.Union([
  object({ kind: Type.Literal('own') }),
  object({ kind: Type.Literal('external'), organisation: text(300), reportEvidenceId: id }),
]);

export const authenticityMethods = Type.Array(text(300), { minItems: 1, maxItems: 50 });

const authenticity = object({
  outcome: authenticityOutcome,
  methods: authenticityMethods,
  by: assessedBy,
  limitations: Type.Optional(text(4000)),
});
const identifiedRestriction = object({ restrictionId: id, ...restriction.properties });

const description = {
  exhibitNumber: text(100),
  form: evidenceForm,
  kind: evidenceKind,
  description: Type.Optional(text(4000)),
  digests: Type.Array(digest, { maxItems: 8 }),
  acquisition,
  irregularities,
};

export const evidenceEvents = defineEvents('evidence', {
  EvidenceRegistered: object({
    ...description,
    seal: Type.Optional(seal),
    restrictions: Type.Array(identifiedRestriction, { maxItems: 20 }),
  }),
  EvidenceSealed: object({ content: sealedContent, seal: Type.Optional(seal) }),
  AuthenticityAssessed: authenticity,
  EvidenceRestricted: identifiedRestriction,
  RestrictionLifted: object({ restrictionId: id, providerConsentEvidenceId: id }),
  AdmissibilityRuled: ruling,
});
export const {
  EvidenceRegistered,
  EvidenceSealed,
  AuthenticityAssessed,
  EvidenceRestricted,
  RestrictionLifted,
  AdmissibilityRuled,
} = evidenceEvents.make;

/**
 * An item. What became of its content (`digests`, `sealed`), whether it is what it is said to be (`authenticity`),
 * and what courts made of it (`admissibility`) are independent of each other: none is derived from another.
 */
export const Evidence = object({
  ...description,
  /** The physical seal, as last stated. */
  seal: Type.Optional(seal),
  /** Present once the item is sealed: from then on it is the original. */
  sealed: Type.Optional(object({ content: sealedContent })),
  /** Every assessment, oldest first. They may contradict each other; a later one does not undo an earlier. */
  authenticity: Type.Array(object({ ...authenticity.properties, assessor: subject })),
  /** Every ruling, as they were entered. Each binds its forum only, and there the newest of a proceeding holds. */
  admissibility: Type.Array(ruling),
  /** By restriction id; a lifted one stays, with the item that holds the provider's consent. */
  restrictions: Type.Record(
    id,
    object({ ...restriction.properties, lifted: Type.Optional(object({ providerConsentEvidenceId: id })) }),
  ),
});
export type Evidence = Static<typeof Evidence>;

/** Before the first event, which sets every field. */
const notRegistered = (): Evidence => ({
  exhibitNumber: '',
  form: 'digital',
  kind: 'other',
  digests: [],
  acquisition: { method: 'other', operatorId: '', acquiredAt: '', priorCustody: [] },
  irregularities: [],
  authenticity: [],
  admissibility: [],
  restrictions: {},
});

const evolve: EvolveOf<typeof evidenceEvents, Evidence> = {
  EvidenceRegistered: (draft, { restrictions, ...registered }) => {
    Object.assign(draft, registered);
    for (const { restrictionId, ...demanded } of restrictions) draft.restrictions[restrictionId] = demanded;
  },
  EvidenceSealed: (draft, { content, seal: stated }) => {
    draft.sealed = { content };
    if (stated) draft.seal = stated;
  },
  AuthenticityAssessed: (draft, assessed, { actor }) => {
    draft.authenticity.push({ ...assessed, assessor: personOf(actor) });
  },
  EvidenceRestricted: (draft, { restrictionId, ...demanded }) => {
    draft.restrictions[restrictionId] = demanded;
  },
  RestrictionLifted: (draft, { restrictionId, providerConsentEvidenceId }) => {
    const lifted = draft.restrictions[restrictionId];
    if (lifted) lifted.lifted = { providerConsentEvidenceId };
  },
  AdmissibilityRuled: (draft, ruled) => {
    draft.admissibility.push(ruled);
  },
};
export const evidence = aggregate(evidenceEvents, Evidence, notRegistered, evolve);

/** Whether the provider gave the item as a lead only, to find other evidence by: Rome Statute, article 54(3)(e). */
export function isLeadOnly({ restrictions }: DeepReadonly<Evidence>): boolean {
  return Object.values(restrictions).some(({ kind, lifted }) => kind === 'leadOnly' && !lifted);
}

/** Whether own staff find the item authentic: some do, and none of them, by their newest word, disputes or denies it. */
export function foundAuthenticByOwnStaff(item: DeepReadonly<Evidence>): boolean {
  const outcomes = outcomesOfOwnStaff(item);
  return (
    outcomes.includes('authentic') && !outcomes.includes('inauthentic') && !outcomes.includes('disputed')
  );
}

/** Whether somebody of our own staff, by their newest word, finds the item inauthentic. */
export function foundInauthenticByOwnStaff(item: DeepReadonly<Evidence>): boolean {
  return outcomesOfOwnStaff(item).includes('inauthentic');
}

function outcomesOfOwnStaff({ authenticity: assessments }: DeepReadonly<Evidence>) {
  const own = assessments.filter(({ by }) => by.kind === 'own');
  return [...new Map(own.map(({ assessor, outcome }) => [assessor, outcome])).values()];
}

/** Whether the forum excluded the item. */
export function isExcluded({ admissibility }: DeepReadonly<Evidence>, forum: string): boolean {
  return rulingBefore(admissibility, forum) === 'excluded';
}

/** Whether the item is irregular still. The forum's admission cures it; where none is named, that of any forum. */
export function isIrregular(
  { irregularities: found, admissibility }: DeepReadonly<Evidence>,
  forum?: string,
) {
  const forums = forum === undefined ? admissibility.map((ruled) => ruled.forum) : [forum];
  return found.length > 0 && !forums.some((one) => rulingBefore(admissibility, one) === 'admitted');
}

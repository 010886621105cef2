import { type Static, Type } from 'typebox';
import { aggregate, type DeepReadonly, defineEvents, type EvolveOf } from '#event-sourcing';
import { markApproved, supersede } from '../approval.js';
import { personOf, whoIs } from '../person.js';
import { evidenceForm, evidenceKind, integrityOccasion, sealedContent } from '../value-lists.js';
import { byteLength, digest, id, instant, irregularities, object, text } from '../values.js';
import { acquisition, seal } from './acquisition.js';
import { assessment, authenticity } from './authenticity.js';
import { content, type Holding, integrity, stored } from './content.js';
import { acceptance, custodian, custodianFrom, handover, offer } from './custody.js';
import {
  acknowledgedBreaches,
  breach,
  breaches,
  isOfContent,
  resolution,
  resolutionRequest,
  resolutionRequested,
} from './integrity.js';
import { identifiedRestriction, restrictions } from './restrictions.js';
import { isAdmitted, ruling } from './rulings.js';
import { derivation, workingCopy } from './working-copies.js';

export { foundAuthenticByOwnStaff, foundInauthenticByOwnStaff } from './authenticity.js';
export { type Content, holdingOf, isKnownBroken } from './content.js';
export { type Custodian, custodianFrom, handover, type Offer, openOffer } from './custody.js';
export {
  acknowledgedBreaches,
  type Breach,
  breach,
  type ContentFinding,
  type FoundBreach,
  isQuarantined,
} from './integrity.js';
export { isLeadOnly, type RecipientBlock, recipientBlocks } from './restrictions.js';
export { isExcluded, isIrregular } from './rulings.js';
export { derivation } from './working-copies.js';

const description = {
  exhibitNumber: text(100),
  form: evidenceForm,
  kind: evidenceKind,
  description: Type.Optional(text(4000)),
  digests: Type.Array(digest, { maxItems: 8 }),
  acquisition,
  irregularities,
};

/** Of the item itself where no working copy is named. */
const copyId = Type.Optional(id);

export const evidenceEvents = defineEvents('evidence', {
  EvidenceRegistered: object({
    ...description,
    seal: Type.Optional(seal),
    restrictions: Type.Array(identifiedRestriction, { maxItems: 20 }),
  }),
  ContentStored: object({ copyId, ...stored }),
  EvidenceSealed: object({ content: sealedContent, seal: Type.Optional(seal) }),
  CustodyOffered: object({ offerId: id, ...handover }),
  CustodyAccepted: object({ offerId: id, ...acceptance }),
  CustodyRefused: object({ offerId: id, reason: text(2000) }),
  CustodyOfferWithdrawn: object({ offerId: id, reason: text(2000) }),
  IntegrityChecked: object({ copyId, by: integrityOccasion, digest, length: byteLength, checkedAt: instant }),
  IntegrityBreachDetected: object({ breachId: id, ...breach }),
  QuarantineResolutionRequested: resolutionRequested,
  QuarantineResolved: object({ requestId: id, ...resolution, breachIds: Type.Array(id) }),
  WorkingCopyDerived: object({ copyId: id, ...derivation, irregularities }),
  AuthenticityAssessed: authenticity,
  EvidenceRestricted: identifiedRestriction,
  RestrictionLifted: object({ restrictionId: id, providerConsentEvidenceId: id }),
  AdmissibilityRuled: ruling,
});
export const {
  EvidenceRegistered,
  ContentStored,
  EvidenceSealed,
  CustodyOffered,
  CustodyAccepted,
  CustodyRefused,
  CustodyOfferWithdrawn,
  IntegrityChecked,
  IntegrityBreachDetected,
  QuarantineResolutionRequested,
  QuarantineResolved,
  WorkingCopyDerived,
  AuthenticityAssessed,
  EvidenceRestricted,
  RestrictionLifted,
  AdmissibilityRuled,
} = evidenceEvents.make;

/**
 * An item. Who answers for it (`custodian`), whether it is still what was registered (`integrity`, `breaches`), whether
 * it is what it is said to be (`authenticity`), and what courts made of it (`admissibility`) are independent of each
 * other: none is derived from another.
 */
export const Evidence = object({
  ...description,
  /** The physical seal, as last stated. */
  seal: Type.Optional(seal),
  /** Present once the item is sealed: from then on it is the original. */
  sealed: Type.Optional(object({ content: sealedContent })),
  /** What our store holds of it. */
  content: Type.Optional(content),
  integrity,
  breaches,
  /** Exactly one at any time; first whoever registered the item. */
  custodian,
  /** Where the custodian keeps it, as stated when it was taken over. */
  place: handover.place,
  /** Every offer of custody, by offer id; at most one is without an outcome. */
  offers: Type.Record(id, offer),
  /** Working copies, by copy id; `from` makes them a tree whose root is the item. */
  copies: Type.Record(id, workingCopy),
  /** Every assessment, oldest first. They may contradict each other; a later one does not undo an earlier. */
  authenticity: Type.Array(assessment),
  /** Every ruling, as they were entered. Each binds its forum only, and there the newest of a proceeding holds. */
  admissibility: Type.Array(ruling),
  restrictions,
  requests: object({ resolutions: Type.Record(id, resolutionRequest) }),
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
  integrity: { checks: 0 },
  breaches: {},
  custodian: { kind: 'staff', subject: '' },
  offers: {},
  copies: {},
  authenticity: [],
  admissibility: [],
  restrictions: {},
  requests: { resolutions: {} },
});

const evolve: EvolveOf<typeof evidenceEvents, Evidence> = {
  EvidenceRegistered: (draft, { restrictions: demands, ...registered }, { actor }) => {
    Object.assign(draft, registered);
    draft.custodian = { kind: 'staff', subject: personOf(actor) };
    for (const { restrictionId, ...demanded } of demands) draft.restrictions[restrictionId] = demanded;
  },
  ContentStored: (draft, { copyId: copy, ...held }, { actor }) => {
    const holding = holdingIn(draft, copy);
    if (!holding) return;
    holding.content = { ...held, storedBy: personOf(actor) };
    delete holding.integrity.intact;
  },
  EvidenceSealed: (draft, { content: known, seal: stated }) => {
    draft.sealed = { content: known };
    if (stated) draft.seal = stated;
  },
  CustodyOffered: (draft, { offerId, ...offered }, { actor }) => {
    draft.offers[offerId] = { ...offered, offeredBy: whoIs(actor) };
  },
  CustodyAccepted: (draft, { offerId, to, seal: stated, place }) => {
    draft.custodian = custodianFrom(to);
    if (stated) draft.seal = stated;
    delete draft.place;
    if (place !== undefined) draft.place = place;
    settle(draft, offerId, 'accepted');
  },
  CustodyRefused: (draft, { offerId }) => settle(draft, offerId, 'refused'),
  CustodyOfferWithdrawn: (draft, { offerId }) => settle(draft, offerId, 'withdrawn'),
  IntegrityChecked: (draft, { copyId: copy, checkedAt }) => noteCheck(draft, copy, true, checkedAt),
  IntegrityBreachDetected: (draft, { breachId, ...found }) => {
    draft.breaches[breachId] = found;
    if (isOfContent(found)) noteCheck(draft, found.copyId, false, found.checkedAt);
  },
  QuarantineResolutionRequested: (draft, { requestId, ...asked }, { actor }) => {
    supersede(draft.requests.resolutions, ({ copyId: copy }) => copy === asked.copyId);
    draft.requests.resolutions[requestId] = { ...asked, requestedBy: whoIs(actor) };
  },
  QuarantineResolved: (draft, { requestId, outcome, seal: putOn, breachIds }, { actor }) => {
    for (const breachId of breachIds) {
      const settled = draft.breaches[breachId];
      if (settled) settled.resolved = { outcome, rulings: draft.admissibility.length };
    }
    if (putOn) draft.seal = putOn;
    markApproved(draft.requests.resolutions, requestId, personOf(actor));
  },
  WorkingCopyDerived: (draft, { copyId: copy, ...derived }) => {
    draft.copies[copy] = { ...derived, integrity: { checks: 0 } };
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

const holdingIn = (draft: Evidence, copy: string | undefined): Holding | undefined =>
  copy === undefined ? draft : draft.copies[copy];

function noteCheck(draft: Evidence, copy: string | undefined, intact: boolean, checkedAt: string): void {
  const holding = holdingIn(draft, copy);
  if (holding) holding.integrity = { checks: holding.integrity.checks + 1, checkedAt, intact };
}

function settle({ offers }: Evidence, offerId: string, outcome: 'accepted' | 'refused' | 'withdrawn'): void {
  const settled = offers[offerId];
  if (settled) settled.outcome = outcome;
}

/**
 * Whether a breach of the item was acknowledged and never put right. A forum that admitted it knowing of the breach
 * cures that; where none is named, any forum.
 */
export function isImpaired(item: DeepReadonly<Evidence>, forum?: string): boolean {
  return acknowledgedBreaches(item).some(
    ({ resolved }) => !isAdmitted(item.admissibility.slice(resolved?.rulings), forum),
  );
}

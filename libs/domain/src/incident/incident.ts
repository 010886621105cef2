import { type Static, Type } from 'typebox';
import { aggregate, defineEvents, type EvolveOf } from '#event-sourcing';
import { personOf, who, whoIs } from '../person.js';
import { isSame } from '../same.js';
import {
  conflictCharacter,
  harm,
  incidentCategory,
  means,
  standard,
  verificationOutcome,
  victimStatus,
} from '../value-lists.js';
import { count, day, id, instant, object, party, period, place, subject, text } from '../values.js';

/** An incident: one deduplicated occurrence, however many sources speak of it. */

const description = {
  title: text(300),
  categories: Type.Array(incidentCategory, { maxItems: 20, uniqueItems: true }),
  means: Type.Array(means, { maxItems: 20, uniqueItems: true }),
  period,
  place,
  parties: Type.Array(party, { maxItems: 50 }),
};

/** The fields that can be corrected. A field is corrected whole. */
export const correctable = description;

/**
 * A number of victims of one harm and status, with what it rests on. `standard` is the weakest of ours that the
 * source's own word, `sourceStandard`, amounts to.
 */
export const victimCount = {
  harm,
  status: victimStatus,
  min: count,
  best: Type.Optional(count),
  max: Type.Union([count, Type.Null()]),
  standard,
  sourceStandard: Type.Optional(text(200)),
  sources: Type.Array(text(1000), { minItems: 1, maxItems: 100 }),
  basis: text(5000),
  asOf: day,
};

/** What a verification rests on: items and accounts of ours, by id, or what somebody else found. */
export const verificationBasis = Type.Union([
  object({ kind: Type.Literal('evidence'), id }),
  object({ kind: Type.Literal('allegation'), id }),
  object({ kind: Type.Literal('external'), organisation: text(300), reference: text(1000) }),
]);
export type VerificationBasis = Static<typeof verificationBasis>;

/** Everything a verification rests on. */
export const verificationBases = Type.Array(verificationBasis, { maxItems: 100 });

const verification = {
  outcome: verificationOutcome,
  method: text(5000),
  basis: verificationBases,
};

export const classification = {
  conflict: conflictCharacter,
  /** As cited, for instance "Rome Statute art. 8(2)(a)(i)". */
  provisions: Type.Array(text(200), { maxItems: 50, uniqueItems: true }),
  basis: text(5000),
};

export const incidentEvents = defineEvents('incident', {
  IncidentRecorded: object({
    ...description,
    /** Our clock when it was decided: the order that merges follow. */
    enteredAt: instant,
  }),
  IncidentCorrected: object({
    /** The new values of the fields that differ, and no others; the old ones are in the history. */
    corrected: Type.Partial(object(correctable), { additionalProperties: false }),
    reason: text(2000),
  }),
  VictimCountAssessed: object({
    ...victimCount,
    /** Event id of the assessment that this one takes the place of. */
    supersedes: Type.Optional(id),
  }),
  VerificationBegun: object({ reason: Type.Optional(text(2000)) }),
  IncidentVerificationAssessed: object(verification),
  IncidentClassified: object(classification),
  IncidentMerged: object({ into: id, reason: text(2000) }),
  IncidentMergeReversed: object({ into: id, reason: text(2000) }),
});
export const {
  IncidentRecorded,
  IncidentCorrected,
  VictimCountAssessed,
  VerificationBegun,
  IncidentVerificationAssessed,
  IncidentClassified,
  IncidentMerged,
  IncidentMergeReversed,
} = incidentEvents.make;

export const Incident = object({
  status: Type.Enum([
    'reported',
    'underVerification',
    'verified',
    'unsubstantiated',
    'inconclusive',
    'refuted',
  ]),
  ...description,
  enteredAt: instant,
  /** Whoever recorded or corrected it, each once. */
  recordedBy: Type.Array(who),
  /** The count in force for each harm and status, by `victimKey`. These, and no earlier ones, add into statistics. */
  victims: Type.Record(Type.String(), object({ ...victimCount, /** Event that assessed it. */ eventId: id })),
  /** The newest outcome, also while verification is open again. */
  verification: Type.Optional(object({ ...verification, assessedBy: subject })),
  classification: Type.Optional(object(classification)),
  /** This id now stands for that one, and resolves to it for ever. */
  mergedInto: Type.Optional(id),
});
export type Incident = Static<typeof Incident>;

/** What a count is of. Statuses and harms are told apart, so that a victim counts once. */
export function victimKey(of: Pick<Static<typeof Incident>['victims'][string], 'harm' | 'status'>): string {
  return `${of.harm}/${of.status}`;
}

/** Before the first event, which sets every field. */
const notRecorded = (): Incident => ({
  status: 'reported',
  title: '',
  categories: [],
  means: [],
  period: { precision: 'unknown' },
  place: { precision: 'unknown' },
  parties: [],
  enteredAt: '',
  recordedBy: [],
  victims: {},
});

const evolve: EvolveOf<typeof incidentEvents, Incident> = {
  IncidentRecorded: (draft, data, { actor }) => {
    Object.assign(draft, data);
    draft.recordedBy = [whoIs(actor)];
  },
  IncidentCorrected: (draft, { corrected }, { actor }) => {
    Object.assign(draft, corrected);
    const corrector = whoIs(actor);
    if (!draft.recordedBy.some((known) => isSame(known, corrector))) draft.recordedBy.push(corrector);
  },
  VictimCountAssessed: (draft, data, { eventId }) => {
    const { supersedes: _, ...assessed } = data;
    draft.victims[victimKey(data)] = { ...assessed, eventId };
  },
  VerificationBegun: (draft) => {
    draft.status = 'underVerification';
  },
  IncidentVerificationAssessed: (draft, data, { actor }) => {
    draft.status = data.outcome;
    draft.verification = { ...data, assessedBy: personOf(actor) };
  },
  IncidentClassified: (draft, data) => {
    draft.classification = data;
  },
  IncidentMerged: (draft, { into }) => {
    draft.mergedInto = into;
  },
  IncidentMergeReversed: (draft) => {
    delete draft.mergedInto;
  },
};

export const incident = aggregate(incidentEvents, Incident, notRecorded, evolve);

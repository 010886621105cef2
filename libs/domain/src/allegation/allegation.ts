import { type Static, Type } from 'typebox';
import { aggregate, type DeepReadonly, defineEvents, type EvolveOf } from '#event-sourcing';
import { isSameName } from '../same.js';
import { sourceNature, stance, triageDecision } from '../value-lists.js';
import {
  claim,
  day,
  dayOrInstant,
  id,
  instant,
  irregularities,
  language,
  object,
  restriction,
  type Source,
  source,
  text,
} from '../values.js';

/** An allegation: what a source claims. Never a truth, whatever becomes of it. */

/** The words of the source, which the source may revise. A claim is revised whole: what it leaves out is no longer claimed. */
export const revisable = {
  nature: sourceNature,
  language,
  summary: text(10_000),
  claimed: claim,
};

/** What a revision changes. */
export const changes = Type.Partial(object(revisable), { additionalProperties: false, minProperties: 1 });

const triage = object({
  decision: triageDecision,
  until: Type.Optional(day),
  duplicateOf: Type.Optional(id),
  reason: text(2000),
});

const withdrawal = object({ withdrawnOn: Type.Optional(dayOrInstant), reason: text(2000) });

export const allegationEvents = defineEvents('allegation', {
  AllegationFiled: object({
    source,
    ...revisable,
    restrictions: Type.Array(restriction, { maxItems: 20 }),
    /** Our clock when it was decided: the order that duplicates follow. */
    filedAt: instant,
  }),
  AllegationTriaged: triage,
  AllegationRevised: object({
    /** The new values of the fields that differ, and no others. */
    changes: Type.Partial(object(revisable), { additionalProperties: false }),
    sourceVersion: text(200),
    irregularities,
  }),
  AllegationWithdrawn: object({ ...withdrawal.properties, irregularities }),
  AllegationLinkedToIncident: object({ incidentId: id, stance }),
  AllegationUnlinked: object({ incidentId: id, reason: text(2000) }),
});
export const {
  AllegationFiled,
  AllegationTriaged,
  AllegationRevised,
  AllegationWithdrawn,
  AllegationLinkedToIncident,
  AllegationUnlinked,
} = allegationEvents.make;

const status = Type.Enum(['filed', 'accepted', 'rejected', 'duplicate', 'deferred']);

export const Allegation = object({
  status,
  source,
  ...revisable,
  restrictions: Type.Array(restriction),
  filedAt: instant,
  /** The source's own name for the version the claim is from, once it has revised it. */
  sourceVersion: Type.Optional(text(200)),
  /** The newest decision; earlier ones are in the history. */
  triage: Type.Optional(triage),
  /** The source took it back. It stays on record and supports nothing. */
  withdrawal: Type.Optional(withdrawal),
  /** Incidents it concerns, by id. A merged incident stays named as it was linked. */
  incidents: Type.Record(id, object({ stance })),
  /** What was irregular about the facts recorded of it, each once. */
  irregularities,
});
export type Allegation = Static<typeof Allegation>;

/** Before the first event, which sets every field. */
const notFiled = (): Allegation => ({
  status: 'filed',
  source: { kind: 'individual', reference: '' },
  nature: 'inference',
  language: 'und',
  summary: '',
  claimed: { scope: 'statement', figures: [] },
  restrictions: [],
  filedAt: '',
  incidents: {},
  irregularities: [],
});

const evolve: EvolveOf<typeof allegationEvents, Allegation> = {
  AllegationFiled: (draft, data) => {
    Object.assign(draft, data);
  },
  AllegationTriaged: (draft, data) => {
    draft.status = data.decision;
    draft.triage = data;
  },
  AllegationRevised: (draft, data) => {
    Object.assign(draft, data.changes);
    draft.sourceVersion = data.sourceVersion;
    draft.irregularities = union(draft.irregularities, data.irregularities);
  },
  AllegationWithdrawn: (draft, { irregularities: found, ...data }) => {
    draft.withdrawal = data;
    draft.irregularities = union(draft.irregularities, found);
  },
  AllegationLinkedToIncident: (draft, data) => {
    draft.incidents[data.incidentId] = { stance: data.stance };
  },
  AllegationUnlinked: (draft, { incidentId }) => {
    delete draft.incidents[incidentId];
  },
};

const union = (some: readonly string[], more: readonly string[]) => [...new Set([...some, ...more])];

export const allegation = aggregate(allegationEvents, Allegation, notFiled, evolve);

/**
 * Whether an account may be relied on for an incident: it is of that occurrence, not of many or none, its source stands
 * by it and did not give it as a lead only, and it is no other account's copy.
 */
export function standsFor(account: DeepReadonly<Allegation>, incidentId: string): boolean {
  return (
    account.incidents[incidentId]?.stance === 'supports' &&
    account.claimed.scope === 'occurrence' &&
    account.withdrawal === undefined &&
    account.status !== 'rejected' &&
    account.status !== 'duplicate' &&
    !account.restrictions.some(({ kind }) => kind === 'leadOnly')
  );
}

/**
 * Whether two accounts come from one origin; where in doubt, they do. Two people are two origins, also when one
 * organisation heard both. An organisation without a person is one, however many reports it makes. That a person and an
 * organisation have nothing to do with each other is not known.
 */
export function ofSameOrigin(one: DeepReadonly<Source>, other: DeepReadonly<Source>): boolean {
  if (one.informantId !== undefined && other.informantId !== undefined)
    return one.informantId === other.informantId;
  if (one.organisation !== undefined && other.organisation !== undefined)
    return isSameName(one.organisation, other.organisation);
  return true;
}

import { type Static, Type } from 'typebox';
import { aggregate, type DeepReadonly, defineEvents, type EvolveOf, sealedValue } from '#event-sourcing';
import { markApproved, request, requested, supersede } from '../approval.js';
import { personOf, whoIs } from '../person.js';
import { protectionLevel, protectionMeasure, riskLevel, threat, witnessOrigin } from '../value-lists.js';
import { count, day, dayOrInstant, id, instant, irregularities, object, subject, text } from '../values.js';
import { consent, heldConsent } from './consents.js';
import {
  heldAccount,
  heldInterview,
  heldRecantation,
  interview,
  plan,
  priorAccount,
  recantation,
} from './statements.js';

export * from './consents.js';
export {
  blockingIrregularities,
  isRecanted,
  mayStatementBeReliedUpon,
  statementBlockedBy,
  statementOf,
} from './statements.js';

/** A name that says nothing of the person: `W-` and eight letters or digits, without those that are misread. */
const pseudonym = Type.String({
  description: 'a pseudonym like W-7K3M9QXT',
  pattern: '^W-[0-9A-HJKMNP-TV-Z]{8}$',
});

/** What is only ever sealed: who the person is, how to reach them, and by what other names they are known. */
const whatIsSealed = {
  identity: Type.Optional(sealedValue),
  contact: Type.Optional(sealedValue),
  aliases: Type.Optional(sealedValue),
};

/** How much the witness has to fear. The notes are read by many: nothing in them says who the witness is. */
export const risk = {
  level: riskLevel,
  threats: Type.Array(threat, { maxItems: 20, uniqueItems: true }),
  assessedOn: dayOrInstant,
  /** When it is to be assessed anew at the latest. */
  reviewBy: day,
  notes: Type.Optional(text(4000)),
};

export const protection = {
  level: protectionLevel,
  measures: Type.Array(protectionMeasure, { minItems: 1, maxItems: 20, uniqueItems: true }),
  /** The court or authority that ordered it; nothing where it is our own. */
  orderedBy: Type.Optional(text(300)),
  until: Type.Optional(dayOrInstant),
};

export const witnessEvents = defineEvents('witness', {
  WitnessRegistered: object({
    pseudonym,
    origin: Type.Optional(witnessOrigin),
    ...whatIsSealed,
    identity: sealedValue,
  }),
  IdentityRevised: object({ ...whatIsSealed, reason: text(2000) }),
  ConsentGiven: object({ consentId: id, ...consent.properties, irregularities }),
  ConsentWithdrawn: object({ consentId: id, reason: Type.Optional(text(2000)), withdrawnAt: instant }),
  RiskAssessed: object(risk),
  ProtectionOrdered: object(protection),
  ProtectionLifted: object({ reason: text(2000), atWitnessWish: Type.Optional(Type.Boolean()) }),
  PriorAccountRecorded: object({ accountId: id, ...priorAccount, irregularities }),
  InterviewPlanned: object({ interviewId: id, ...plan }),
  WitnessInterviewed: object({ interviewId: id, ...interview, irregularities }),
  StatementRecanted: object({ ...recantation, irregularities }),
  ErasureRequested: object({ ...request, reason: text(4000) }),
  IdentityErased: object({ requestId: id, reason: text(4000) }),
});
export const {
  WitnessRegistered,
  IdentityRevised,
  ConsentGiven,
  ConsentWithdrawn,
  RiskAssessed,
  ProtectionOrdered,
  ProtectionLifted,
  PriorAccountRecorded,
  InterviewPlanned,
  WitnessInterviewed,
  StatementRecanted,
  ErasureRequested,
  IdentityErased,
} = witnessEvents.make;

/**
 * Where the newest sealed value is: in the event of this revision, under the name of the field. The state does not hold
 * the value itself, so no answer, view or cache does; whoever unseals reads it from that event.
 */
const sealedAt = object({ revision: count });

/** A person under a pseudonym. Nothing here says who it is. */
export const Witness = object({
  pseudonym,
  origin: Type.Optional(witnessOrigin),
  registeredBy: subject,
  /** Which fields are sealed, and where; empty once the identity is erased. */
  sealed: object({
    identity: Type.Optional(sealedAt),
    contact: Type.Optional(sealedAt),
    aliases: Type.Optional(sealedAt),
  }),
  /** Whether it is gone for good who the witness is. Everything else stays. */
  erased: Type.Boolean(),
  consents: Type.Record(id, heldConsent),
  /** The newest assessment. */
  risk: Type.Optional(object({ ...risk, assessor: subject })),
  /** What is ordered now; it may be over by its `until`. */
  protection: Type.Optional(object(protection)),
  priorAccounts: Type.Record(id, heldAccount),
  /** By interview id; a plan that was carried out stays beside its interview. */
  plans: Type.Record(id, object(plan)),
  interviews: Type.Record(id, heldInterview),
  /** As they were entered. */
  recantations: Type.Array(heldRecantation),
  requests: object({ erasures: Type.Record(id, object({ ...requested, reason: text(4000) })) }),
});
export type Witness = Static<typeof Witness>;

/** Before the first event, which sets pseudonym, origin and who registered. */
const notRegistered = (): Witness => ({
  pseudonym: '',
  registeredBy: '',
  sealed: {},
  erased: false,
  consents: {},
  priorAccounts: {},
  plans: {},
  interviews: {},
  recantations: [],
  requests: { erasures: {} },
});

const evolve: EvolveOf<typeof witnessEvents, Witness> = {
  WitnessRegistered: (draft, registered, { actor, revision }) => {
    draft.pseudonym = registered.pseudonym;
    if (registered.origin !== undefined) draft.origin = registered.origin;
    draft.registeredBy = personOf(actor);
    noteSealed(draft, registered, revision);
  },
  IdentityRevised: (draft, revised, { revision }) => {
    noteSealed(draft, revised, revision);
  },
  ConsentGiven: (draft, { consentId, ...given }) => {
    draft.consents[consentId] = given;
  },
  ConsentWithdrawn: (draft, { consentId, reason, withdrawnAt }) => {
    const given = draft.consents[consentId];
    if (given) given.withdrawn = { at: withdrawnAt, ...(reason === undefined ? {} : { reason }) };
  },
  RiskAssessed: (draft, assessed, { actor }) => {
    draft.risk = { ...assessed, assessor: personOf(actor) };
  },
  ProtectionOrdered: (draft, ordered) => {
    draft.protection = ordered;
  },
  ProtectionLifted: (draft) => {
    delete draft.protection;
  },
  PriorAccountRecorded: (draft, { accountId, ...account }) => {
    draft.priorAccounts[accountId] = { ...account, recanted: false };
  },
  InterviewPlanned: (draft, { interviewId, ...planned }) => {
    draft.plans[interviewId] = planned;
  },
  WitnessInterviewed: (draft, { interviewId, ...held }) => {
    draft.interviews[interviewId] = { ...held, recanted: false };
  },
  StatementRecanted: (draft, recanted) => {
    draft.recantations.push(recanted);
    const { interviewId = '', accountId = '' } = recanted;
    const statement = draft.interviews[interviewId] ?? draft.priorAccounts[accountId];
    if (statement) statement.recanted = true;
  },
  ErasureRequested: (draft, { requestId, ...asked }, { actor }) => {
    supersede(draft.requests.erasures, () => true);
    draft.requests.erasures[requestId] = { ...asked, requestedBy: whoIs(actor) };
  },
  IdentityErased: (draft, { requestId }, { actor }) => {
    draft.sealed = {};
    draft.erased = true;
    markApproved(draft.requests.erasures, requestId, personOf(actor));
  },
};
export const witness = aggregate(witnessEvents, Witness, notRegistered, evolve);

/** The fields of a witness that are sealed, by the names that events and unsealing use. */
export const sealedFields = ['identity', 'contact', 'aliases'] as const;
export type SealedFieldName = (typeof sealedFields)[number];

function noteSealed(
  { sealed }: Witness,
  holding: Readonly<Partial<Record<SealedFieldName, unknown>>>,
  revision: number,
): void {
  for (const field of sealedFields) if (holding[field] !== undefined) sealed[field] = { revision };
}

/** The revision of the event that holds a field's newest sealed value; nothing where there is none, or it is erased. */
export function sealedRevision(
  { sealed }: DeepReadonly<Witness>,
  field: SealedFieldName,
): number | undefined {
  return sealed[field]?.revision;
}

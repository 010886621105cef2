import { type Static, Type } from 'typebox';
import { aggregate, type DeepReadonly, defineEvents, type EvolveOf } from '#event-sourcing';
import { who, whoIs } from '../person.js';
import { referralChannel, referralOutcome } from '../value-lists.js';
import {
  dayOrInstant,
  id,
  instant,
  irregularities,
  object,
  reviewedDigest,
  streamName,
  text,
} from '../values.js';
import { clearing, flag, heldFlag } from './flags.js';
import { manifest } from './manifest-entry.js';

export { type IdentifiedFlag, isHandedOn, openFlags } from './flags.js';

/** A referral: handing a case on to another forum, with what it rests on. */

/** What a second person reviews, and what the recipient can check: all of it is under `manifestHash`. */
export const contents = {
  /** Stream of the investigation that is handed on. */
  subject: streamName,
  /** The organisation it goes to, as consents and restrictions name it. */
  recipient: text(300),
  legalBasis: text(4000),
  /** What the recipient is asked to do with it. */
  purpose: Type.Optional(text(2000)),
  manifest,
};

/**
 * Items that favour the defence and are not handed on, each with its reason: for whoever approves. The recipient is not
 * told, for that an item exists may be what its provider forbids to say.
 */
export const leftOut = Type.Optional(
  Type.Array(object({ evidenceId: id, reason: text(2000) }), { minItems: 1, maxItems: 500 }),
);

const sending = { channel: referralChannel, reference: Type.Optional(text(300)) };
const acknowledgement = {
  /** The recipient's own file number. */
  reference: Type.Optional(text(300)),
  on: Type.Optional(dayOrInstant),
  /** The office that acknowledged it, never a person. */
  by: Type.Optional(text(300)),
};
const declining = { reason: text(4000), on: Type.Optional(dayOrInstant) };
const outcome = {
  outcome: referralOutcome,
  on: Type.Optional(dayOrInstant),
  summary: text(4000),
  reference: Type.Optional(text(300)),
};
/** What is asked back: streams of the manifest; everything where nothing is named. */
const returning = {
  reason: text(4000),
  items: Type.Optional(Type.Array(streamName, { minItems: 1, maxItems: 500, uniqueItems: true })),
};

export const referralEvents = defineEvents('referral', {
  ReferralDrafted: object({
    ...contents,
    leftOut,
    /** SHA-256 of the bytes of the package's `manifest.json`. */
    manifestHash: reviewedDigest,
    /** Until when the draft can be approved. */
    expiresAt: instant,
  }),
  ReferralApproved: object({
    manifestHash: reviewedDigest,
    /** Until when what was approved can be transmitted. */
    expiresAt: instant,
  }),
  CaseReferred: object({
    recipient: text(300),
    manifestHash: reviewedDigest,
    ...sending,
    /** Our clock when it was decided: what the recipient did cannot have been before. */
    transmittedAt: instant,
  }),
  ReferralAcknowledged: object({ ...acknowledgement, irregularities }),
  ReferralDeclined: object({ ...declining, irregularities }),
  OutcomeReported: object({ ...outcome, irregularities }),
  ReferralWithdrawn: object({ reason: text(4000) }),
  ReturnRequested: object(returning),
  ReferralFlagged: object({ flagId: id, ...flag }),
  ReferralFlagCleared: object({ flagId: id, ...clearing }),
});
export const {
  ReferralDrafted,
  ReferralApproved,
  CaseReferred,
  ReferralAcknowledged,
  ReferralDeclined,
  OutcomeReported,
  ReferralWithdrawn,
  ReturnRequested,
  ReferralFlagged,
  ReferralFlagCleared,
} = referralEvents.make;

export const Referral = object({
  /** The newest step. What a recipient is said to have done before anything was sent is on record and no step. */
  status: Type.Enum([
    'drafted',
    'approved',
    'transmitted',
    'acknowledged',
    'declined',
    'withdrawn',
    'returnRequested',
  ]),
  ...contents,
  leftOut,
  manifestHash: reviewedDigest,
  draftedBy: who,
  expiresAt: instant,
  approval: Type.Optional(object({ approvedBy: who, expiresAt: instant })),
  /** Present from the moment it was decided to send it; then it is past sharing, which nothing undoes. */
  transmission: Type.Optional(object({ ...sending, transmittedAt: instant, transmittedBy: who })),
  acknowledgements: Type.Array(object({ ...acknowledgement, irregularities })),
  refusalsByRecipient: Type.Array(object({ ...declining, irregularities })),
  /** Oldest first; a recipient reports over many years. */
  outcomes: Type.Array(object({ ...outcome, irregularities })),
  withdrawal: Type.Optional(object({ reason: text(4000) })),
  returnRequests: Type.Array(object(returning)),
  flags: Type.Record(id, heldFlag),
});
export type Referral = Static<typeof Referral>;

/** Before the first event, which sets every field. The subject is one that can be looked for, and is never there. */
const notDrafted = (): Referral => ({
  status: 'drafted',
  subject: 'investigation-00000000-0000-0000-0000-000000000000',
  recipient: '',
  legalBasis: '',
  manifest: [],
  manifestHash: '',
  draftedBy: { person: '', subject: '' },
  expiresAt: '',
  acknowledgements: [],
  refusalsByRecipient: [],
  outcomes: [],
  returnRequests: [],
  flags: {},
});

const evolve: EvolveOf<typeof referralEvents, Referral> = {
  ReferralDrafted: (draft, drafted, { actor }) => {
    Object.assign(draft, drafted);
    draft.draftedBy = whoIs(actor);
  },
  ReferralApproved: (draft, { expiresAt }, { actor }) => {
    draft.status = 'approved';
    draft.approval = { approvedBy: whoIs(actor), expiresAt };
  },
  CaseReferred: (draft, { channel, reference, transmittedAt }, { actor }) => {
    draft.status = 'transmitted';
    const sent = { channel, ...(reference === undefined ? {} : { reference }), transmittedAt };
    draft.transmission = { ...sent, transmittedBy: whoIs(actor) };
  },
  ReferralAcknowledged: (draft, acknowledged) => {
    draft.acknowledgements.push(acknowledged);
    if (isTransmitted(draft)) draft.status = 'acknowledged';
  },
  ReferralDeclined: (draft, declined) => {
    draft.refusalsByRecipient.push(declined);
    if (isTransmitted(draft)) draft.status = 'declined';
  },
  OutcomeReported: (draft, reported) => {
    draft.outcomes.push(reported);
  },
  ReferralWithdrawn: (draft, withdrawn) => {
    draft.status = 'withdrawn';
    draft.withdrawal = withdrawn;
  },
  ReturnRequested: (draft, asked) => {
    draft.status = 'returnRequested';
    draft.returnRequests.push(asked);
  },
  ReferralFlagged: (draft, { flagId, ...raised }, { actor }) => {
    draft.flags[flagId] = { ...raised, raisedBy: whoIs(actor) };
  },
  ReferralFlagCleared: (draft, { flagId, reason }, { actor }) => {
    const held = draft.flags[flagId];
    if (held) held.cleared = { reason, clearedBy: whoIs(actor) };
  },
};

export const referral = aggregate(referralEvents, Referral, notDrafted, evolve);

/** Whether it was sent: past sharing stays recorded, whatever is decided afterwards. */
export function isTransmitted({ transmission }: DeepReadonly<Pick<Referral, 'transmission'>>): boolean {
  return transmission !== undefined;
}

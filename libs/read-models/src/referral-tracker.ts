import { Type } from 'typebox';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  count,
  flagGround,
  id,
  type IdentifiedFlag,
  instant,
  isHandedOn,
  isTransmitted,
  object,
  openFlags,
  Referral,
  referral,
  type Referral as State,
  subject,
  text,
} from '#domain';
import { categoryOf, idOf } from '#event-sourcing';
import { conflictTypes, projectConflicts, unconflicted } from './conflicts.js';
import { typesIn } from './domain-events.js';
import { foldColumns, type Folding, foldStreams, type Held, writeFolds } from './folded.js';
import type { ListDefinition } from './list/definition.js';
import type { Projection } from './runner/projection.js';
import { shapeOf } from './shape.js';

/** The referral tracker: what is handed on to whom, how far that is, and what came of it. */

export const referralTrackerName = 'referral_tracker';
const name = referralTrackerName;
const shown = Referral.properties;

@Entity({ schema: name, name: 'referrals' })
export class ReferralRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('integer') revision!: number;
  @Column('json') fold!: { readonly state: State; readonly notes: Times };
}

export const referralItem = object({
  id,
  revision: count,
  status: shown.status,
  recipient: shown.recipient,
  investigationId: id,
  /** How many streams it hands on, the case itself included. */
  entries: count,
  draftedBy: subject,
  draftedAt: instant,
  approvedAt: Type.Optional(instant),
  transmittedAt: Type.Optional(instant),
  /** Until when it can be approved, or sent once it is approved; absent afterwards. */
  expiresAt: Type.Optional(instant),
  /** Whole days since it was sent, while its recipient has not said that it has it or declines it. */
  daysWaiting: Type.Optional(count),
  /** The recipient's own file number, as last stated. */
  recipientReference: Type.Optional(text(300)),
  /** What somebody has to look at; one that was cleared is seen in the referral itself. */
  flags: Type.Array(
    object({
      flagId: id,
      ground: flagGround,
      reason: Type.Optional(text(4000)),
      raisedBy: subject,
      raisedAt: instant,
    }),
  ),
  /** What the recipient reported, oldest first. */
  outcomes: shown.outcomes,
  changedAt: instant,
});

export const referralList: ListDefinition<ReferralRow, typeof referralItem> = {
  name: 'referrals',
  projection: name,
  row: ReferralRow,
  key: { column: 'id', type: 'uuid' },
  item: referralItem,
  filters: {
    status: { schema: shown.status, condition: 'item.status = :value' },
    recipient: { schema: shown.recipient, condition: 'lower(item.recipient) = lower(:value)' },
    /** Those with an open flag, or those without. */
    flagged: {
      schema: Type.Enum(['true', 'false']),
      condition: `item.flagged = (:value::text = 'true')`,
    },
    investigation: { schema: id, condition: 'item.investigation_id = :value::uuid' },
    /** Those that rely on the witness. */
    witness: { schema: id, condition: ':readsWitnesses::boolean AND item.witnesses @> ARRAY[:value::uuid]' },
    evidence: { schema: id, condition: 'item.evidence @> ARRAY[:value::uuid]' },
  },
  sorts: {
    draftedAt: { expression: 'item.drafted_at', type: 'timestamptz' },
    changedAt: { expression: 'item.changed_at', type: 'timestamptz' },
    /** What has not been sent comes last, and first the other way round. */
    transmittedAt: { expression: `coalesce(item.transmitted_at, 'infinity')`, type: 'timestamptz' },
    recipient: { expression: 'item.recipient', type: 'text' },
  },
  defaultSort: '-draftedAt',
  searchable: true,
  visible: `:readsCases::boolean AND ${unconflicted(name, 'item.investigation_id')}`,
  toItem: ({ id: referralId, revision, fold: { state, notes } }, now) => {
    const { approvedAt, transmittedAt } = notes;
    const reference = state.acknowledgements.findLast((one) => one.reference !== undefined)?.reference;
    const expiresAt = expiryOf(state);
    return {
      id: referralId,
      revision,
      status: state.status,
      recipient: state.recipient,
      investigationId: idOf(state.subject),
      entries: state.manifest.length,
      draftedBy: state.draftedBy.person,
      draftedAt: notes.draftedAt,
      ...(approvedAt === undefined ? {} : { approvedAt }),
      ...(transmittedAt === undefined ? {} : { transmittedAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(transmittedAt === undefined || isAnswered(state) ? {} : { daysWaiting: days(transmittedAt, now) }),
      ...(reference === undefined ? {} : { recipientReference: reference }),
      flags: openFlags(state).map((open) => flagItem(open, notes)),
      outcomes: state.outcomes,
      changedAt: notes.changedAt,
    };
  },
};

/** Recording times, which a state does not know. */
interface Times {
  draftedAt: string;
  approvedAt?: string;
  transmittedAt?: string;
  changedAt: string;
  /** By the id of the flag. */
  readonly raisedAt: Record<string, string>;
}

function flagItem({ flagId, ground, reason, raisedBy }: IdentifiedFlag, { raisedAt }: Times) {
  return {
    flagId,
    ground,
    ...(reason === undefined ? {} : { reason }),
    raisedBy: raisedBy.person,
    raisedAt: raisedAt[flagId] ?? '',
  };
}

const folding: Folding<State, Times> = {
  aggregate: referral,
  table: 'referrals',
  notes: () => ({ draftedAt: '', changedAt: '', raisedAt: {} }),
  note: ({ state, notes }, { recordedAt }) => {
    notes.draftedAt ||= recordedAt;
    notes.changedAt = recordedAt;
    if (state.approval) notes.approvedAt ??= recordedAt;
    if (state.transmission) notes.transmittedAt ??= recordedAt;
    for (const flagId of Object.keys(state.flags)) notes.raisedAt[flagId] ??= recordedAt;
  },
};

const isAnswered = ({ acknowledgements, refusalsByRecipient }: State): boolean =>
  acknowledgements.length + refusalsByRecipient.length > 0;

function expiryOf({ status, approval, expiresAt }: State): string | undefined {
  if (status === 'drafted') return expiresAt;
  return status === 'approved' ? approval?.expiresAt : undefined;
}

/** Whether the recipient has been sent it, takes the case as far as we know, and was not asked to give it back. */
const isReliedUpon = (state: State, stream: string): boolean =>
  isTransmitted(state) && isHandedOn(state, stream);

const dayMs = 86_400_000;
const days = (since: string, now: Date): number =>
  Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / dayMs));

function rowOf(held: Held<State, Times>) {
  const { state, notes } = held;
  const named = (category: string) =>
    state.manifest.map(({ stream }) => stream).filter((stream) => categoryOf(stream) === category);
  return {
    status: state.status,
    recipient: state.recipient,
    legal_basis: state.legalBasis,
    investigation_id: idOf(state.subject),
    witnesses: named('witness').map(idOf),
    evidence: named('evidence').map(idOf),
    relied_upon: named('witness')
      .filter((stream) => isReliedUpon(state, stream))
      .map(idOf),
    flagged: openFlags(state).length > 0,
    drafted_at: notes.draftedAt,
    transmitted_at: notes.transmittedAt ?? null,
    changed_at: notes.changedAt,
    ...foldColumns(held),
  };
}

export const referralTracker: Projection = {
  name,
  shape: shapeOf(2, referral),
  types: new Set([...typesIn(referral), ...conflictTypes]),
  async project(events, rows) {
    const held = await foldStreams(folding, events, rows);
    await writeFolds(folding, held, rowOf, rows);
    await projectConflicts(events, rows);
  },
  migrations: [
    {
      name: 'ReferralTracker1764000000020',
      sql: `
CREATE TABLE referrals (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  status text NOT NULL,
  recipient text NOT NULL,
  legal_basis text NOT NULL,
  investigation_id uuid NOT NULL,
  -- What the manifest names.
  witnesses uuid[] NOT NULL,
  evidence uuid[] NOT NULL,
  -- The witnesses whom its recipient may still call.
  relied_upon uuid[] NOT NULL,
  drafted_at timestamp (3) with time zone NOT NULL,
  transmitted_at timestamp (3) with time zone,
  changed_at timestamp (3) with time zone NOT NULL,
  search tsvector GENERATED ALWAYS AS (to_tsvector('simple', recipient || ' ' || legal_basis)) STORED,
  fold json NOT NULL
);
CREATE INDEX ON referrals (drafted_at, id);
CREATE INDEX ON referrals (changed_at, id);
CREATE INDEX ON referrals (coalesce(transmitted_at, 'infinity'), id);
CREATE INDEX ON referrals (recipient, id);
CREATE INDEX ON referrals (investigation_id);
CREATE INDEX ON referrals USING gin (witnesses);
CREATE INDEX ON referrals USING gin (evidence);
CREATE INDEX ON referrals USING gin (relied_upon);
CREATE INDEX ON referrals USING gin (search);
-- Who declared a conflict of interest in a case.
CREATE TABLE conflicts (
  investigation_id uuid NOT NULL,
  person text NOT NULL,
  PRIMARY KEY (investigation_id, person)
);`,
    },
    {
      name: 'ReferralTrackerFlags1795000000010',
      sql: `
-- Whether somebody has to look at it.
ALTER TABLE referrals ADD COLUMN flagged boolean NOT NULL DEFAULT false;`,
    },
  ],
};

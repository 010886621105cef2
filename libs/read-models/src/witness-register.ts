import { Type } from 'typebox';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  consentPurpose,
  consentsInForce,
  count,
  day,
  dayOrInstant,
  id,
  instant,
  object,
  protectionLevel,
  riskLevel,
  text,
  witness,
  Witness,
} from '#domain';
import { conflictTypes, projectConflicts, unconflicted } from './conflicts.js';
import { typesIn } from './domain-events.js';
import { foldColumns, type Folding, foldStreams, type Held, writeFolds } from './folded.js';
import type { ListDefinition } from './list/definition.js';
import { endingText, firstMoment, lastMoment, nowText } from './moments.js';
import { upsert } from './rows.js';
import type { Projection } from './runner/projection.js';
import { shapeOf } from './shape.js';

/** The witness register: pseudonyms, with what was agreed to, what threatens, what protects and what was said. */

const name = 'witness_register';
const shown = Witness.properties;

@Entity({ schema: name, name: 'witnesses' })
export class WitnessRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('integer') revision!: number;
  @Column('json') fold!: { readonly state: Witness; readonly notes: Times };
}

export const witnessItem = object({
  id,
  revision: count,
  pseudonym: shown.pseudonym,
  origin: shown.origin,
  /** As it was ordered; `until` may have passed. */
  protection: Type.Optional(object({ level: protectionLevel, until: Type.Optional(dayOrInstant) })),
  risk: Type.Optional(riskLevel),
  /** The day by which the risk is to be assessed anew. */
  nextReview: Type.Optional(day),
  /** In force when the list was asked for. */
  consents: Type.Array(
    object({
      consentId: id,
      recipient: text(300),
      purpose: consentPurpose,
      until: Type.Optional(dayOrInstant),
    }),
  ),
  interviews: count,
  plans: count,
  priorAccounts: count,
  /** Statements that were taken back. */
  recanted: count,
  /** Statements with something irregular about them. */
  irregular: count,
  erased: Type.Boolean(),
  registeredAt: instant,
  changedAt: instant,
});

const yesOrNo = Type.Enum(['true', 'false']);

const consentIs = (condition: string) =>
  `EXISTS (SELECT FROM ${name}.consents consent WHERE consent.witness_id = item.id
    AND consent.given_at <= ${nowText} AND coalesce(consent.until_end, 'A') > ${nowText} ${condition})`;

export const witnessList: ListDefinition<WitnessRow, typeof witnessItem> = {
  name: 'witnesses',
  projection: name,
  row: WitnessRow,
  key: { column: 'id', type: 'uuid' },
  item: witnessItem,
  filters: {
    protection: {
      schema: Type.Enum([...protectionLevel.enum, 'none']),
      condition: 'item.protection = :value',
    },
    risk: { schema: Type.Enum([...riskLevel.enum, 'none']), condition: 'item.risk = :value' },
    /** For whose case an interview was planned or held. */
    investigation: {
      schema: id,
      condition: `:readsCases::boolean
        AND item.id IN (SELECT witness_id FROM ${name}.cases WHERE investigation_id = :value::uuid)
        AND ${unconflicted(name, ':value::uuid')}`,
    },
    /** Whether any consent is in force now, or ends within 30 days. */
    consent: {
      schema: Type.Enum(['inForce', 'ending', 'none']),
      condition: `CASE :value::text
        WHEN 'inForce' THEN ${consentIs('')}
        WHEN 'ending' THEN ${consentIs(`AND consent.until_end <= ${endingText}`)}
        ELSE NOT ${consentIs('')} END`,
    },
    /** Whose risk is to be assessed anew on or before this day. */
    reviewDue: { schema: day, condition: `item.next_review <= :value` },
    erased: { schema: yesOrNo, condition: 'item.erased = :value::boolean' },
  },
  sorts: {
    registeredAt: { expression: 'item.registered_at', type: 'timestamptz' },
    changedAt: { expression: 'item.changed_at', type: 'timestamptz' },
    /** Whose risk was never assessed comes last. */
    nextReview: { expression: `coalesce(item.next_review, 'none')`, type: 'text' },
    pseudonym: { expression: 'item.pseudonym', type: 'text' },
  },
  defaultSort: 'pseudonym',
  searchable: true,
  toItem: ({ id: witnessId, revision, fold: { state, notes } }, now) => {
    const { risk, protection, origin } = state;
    const statements = [...Object.values(state.interviews), ...Object.values(state.priorAccounts)];
    return {
      id: witnessId,
      revision,
      pseudonym: state.pseudonym,
      ...(origin === undefined ? {} : { origin }),
      ...(protection ? { protection: untilOf(protection, { level: protection.level }) } : {}),
      ...(risk ? { risk: risk.level, nextReview: risk.reviewBy } : {}),
      consents: consentsInForce(state, now.toISOString()).map(({ consentId, recipient, purpose, until }) =>
        untilOf({ until }, { consentId, recipient, purpose }),
      ),
      interviews: Object.keys(state.interviews).length,
      plans: Object.keys(state.plans).filter((planned) => !state.interviews[planned]).length,
      priorAccounts: Object.keys(state.priorAccounts).length,
      recanted: statements.filter(({ recanted }) => recanted).length,
      irregular: statements.filter(({ irregularities }) => irregularities.length > 0).length,
      erased: state.erased,
      ...notes,
    };
  },
};

function untilOf<T extends object>(
  { until }: { until?: string | undefined },
  rest: T,
): T & { until?: string } {
  return until === undefined ? rest : { ...rest, until };
}

interface Times {
  registeredAt: string;
  changedAt: string;
}

const folding: Folding<Witness, Times> = {
  aggregate: witness,
  table: 'witnesses',
  notes: () => ({ registeredAt: '', changedAt: '' }),
  note: ({ notes }, { recordedAt }) => {
    notes.registeredAt ||= recordedAt;
    notes.changedAt = recordedAt;
  },
};

function rowOf(held: Held<Witness, Times>) {
  const { state, notes } = held;
  return {
    pseudonym: state.pseudonym,
    protection: state.protection?.level ?? 'none',
    risk: state.risk?.level ?? 'none',
    next_review: state.risk?.reviewBy ?? null,
    erased: state.erased,
    registered_at: notes.registeredAt,
    changed_at: notes.changedAt,
    ...foldColumns(held),
  };
}

/** Consents that count: neither withdrawn nor irregular. */
function consentsOf({ id: witness_id, state }: Held<Witness, Times>) {
  return Object.entries(state.consents)
    .filter(([, { withdrawn, irregularities }]) => !withdrawn && irregularities.length === 0)
    .map(([consent_id, { givenAt, until }]) => ({
      witness_id,
      consent_id,
      given_at: firstMoment(givenAt),
      until_end: until === undefined ? null : lastMoment(until),
    }));
}

const casesOf = ({ id: witness_id, state }: Held<Witness, Times>) =>
  [
    ...new Set(
      [...Object.values(state.plans), ...Object.values(state.interviews)].map((of) => of.investigationId),
    ),
  ].map((investigation_id) => ({ witness_id, investigation_id }));

export const witnessRegister: Projection = {
  name,
  shape: shapeOf(1, witness),
  types: new Set([...typesIn(witness), ...conflictTypes]),
  async project(events, rows) {
    const held = await foldStreams(folding, events, rows);
    await writeFolds(folding, held, rowOf, rows);
    // A consent that no longer counts leaves; which those are follows from what is left.
    if (held.length > 0)
      await rows.query('DELETE FROM consents WHERE witness_id = ANY ($1)', [held.map((of) => of.id)]);
    await upsert(rows, 'consents', ['witness_id', 'consent_id'], held.flatMap(consentsOf));
    await upsert(rows, 'cases', ['witness_id', 'investigation_id'], held.flatMap(casesOf));
    await projectConflicts(events, rows);
  },
  migrations: [
    {
      name: 'WitnessRegister1764000000030',
      sql: `
CREATE TABLE witnesses (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  pseudonym text COLLATE "C" NOT NULL,
  protection text NOT NULL,
  risk text NOT NULL,
  next_review text COLLATE "C",
  erased boolean NOT NULL,
  registered_at timestamp (3) with time zone NOT NULL,
  changed_at timestamp (3) with time zone NOT NULL,
  search tsvector GENERATED ALWAYS AS (to_tsvector('simple', pseudonym)) STORED,
  fold json NOT NULL
);
CREATE INDEX ON witnesses (pseudonym, id);
CREATE INDEX ON witnesses (registered_at, id);
CREATE INDEX ON witnesses (changed_at, id);
CREATE INDEX ON witnesses (coalesce(next_review, 'none'), id);
CREATE INDEX ON witnesses USING gin (search);
-- What was agreed to and counts, with the first and the last moment of it. Times are texts of one form, because PostgreSQL
-- does not round what lies at the ends of the calendar in the way that it was written.
CREATE TABLE consents (
  witness_id uuid NOT NULL,
  consent_id uuid NOT NULL,
  given_at text COLLATE "C" NOT NULL,
  until_end text COLLATE "C",
  PRIMARY KEY (witness_id, consent_id)
);
-- For which cases somebody was, or is to be, interviewed.
CREATE TABLE cases (
  witness_id uuid NOT NULL,
  investigation_id uuid NOT NULL,
  PRIMARY KEY (witness_id, investigation_id)
);
CREATE INDEX ON cases (investigation_id);
-- Who declared a conflict of interest in a case.
CREATE TABLE conflicts (
  investigation_id uuid NOT NULL,
  person text NOT NULL,
  PRIMARY KEY (investigation_id, person)
);`,
    },
  ],
};

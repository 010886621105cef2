import { Type } from 'typebox';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  authenticityOutcome,
  count,
  Evidence,
  evidence,
  evidenceForm,
  evidenceKind,
  id,
  instant,
  isLeadOnly,
  object,
  restriction,
  text,
} from '#domain';
import { conflictTypes, projectConflicts, unconflicted } from './conflicts.js';
import { typesIn } from './domain-events.js';
import {
  checkedAtSort,
  custody,
  custodyColumns,
  custodyFilters,
  custodyMigration,
  custodyOf,
} from './evidence-custody.js';
import { evidenceRegisterName, linkTypes, projectLinks } from './evidence-links.js';
import { foldColumns, type Folding, foldStreams, type Held, writeFolds } from './folded.js';
import type { ListDefinition } from './list/definition.js';
import { upsert } from './rows.js';
import type { Projection } from './runner/projection.js';
import { shapeOf } from './shape.js';

/** The evidence register: every item, what it is and what was found about it, and the cases it is linked to. */

const name = evidenceRegisterName;
const shown = Evidence.properties;

@Entity({ schema: name, name: 'items' })
export class EvidenceRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('integer') revision!: number;
  @Column('json') fold!: { readonly state: Evidence; readonly notes: Times };
}

/** What the register says of an item by itself. */
export const registered = {
  id,
  revision: count,
  exhibitNumber: shown.exhibitNumber,
  form: shown.form,
  kind: shown.kind,
  description: shown.description,
  digests: shown.digests,
  seal: shown.seal,
  sealed: shown.sealed,
  acquiredAt: Evidence.properties.acquisition.properties.acquiredAt,
  sourceUrl: Evidence.properties.acquisition.properties.sourceUrl,
  ...custody,
  /** Every assessment, oldest first; they may contradict each other. */
  authenticity: Type.Array(object({ outcome: authenticityOutcome, assessor: text(200), by: Type.String() })),
  /** Restrictions in force. */
  restrictions: Type.Array(object({ restrictionId: id, ...restriction.properties })),
  /** It may lead to other evidence, and must never be relied upon. */
  leadOnly: Type.Boolean(),
  rulings: shown.admissibility,
  irregularities: shown.irregularities,
  registeredAt: instant,
  changedAt: instant,
};
export const registeredItem = object(registered);

const yesOrNo = Type.Enum(['true', 'false']);

export const evidenceList: ListDefinition<EvidenceRow, typeof registeredItem> = {
  name: 'evidence',
  projection: name,
  row: EvidenceRow,
  key: { column: 'id', type: 'uuid' },
  item: registeredItem,
  filters: {
    form: { schema: evidenceForm, condition: 'item.form = :value' },
    kind: { schema: evidenceKind, condition: 'item.kind = :value' },
    exhibitNumber: { schema: text(100), condition: 'item.exhibit_number = :value' },
    digest: {
      schema: Type.String({ pattern: '^[0-9a-f]{64,128}$' }),
      condition: `item.id IN (SELECT evidence_id FROM ${name}.digests WHERE value = :value)`,
    },
    investigation: {
      schema: id,
      condition: `:readsCases::boolean AND item.id IN (
        SELECT evidence_id FROM ${name}.links link
        WHERE investigation_id = :value::uuid AND ${unconflicted(name, 'link.investigation_id')})`,
    },
    authenticity: { schema: authenticityOutcome, condition: 'item.authenticity @> ARRAY[:value]' },
    restricted: { schema: yesOrNo, condition: 'item.restricted = :value::boolean' },
    leadOnly: { schema: yesOrNo, condition: 'item.lead_only = :value::boolean' },
    ...custodyFilters,
    sealed: { schema: yesOrNo, condition: 'item.sealed = :value::boolean' },
  },
  sorts: {
    registeredAt: { expression: 'item.registered_at', type: 'timestamptz' },
    changedAt: { expression: 'item.changed_at', type: 'timestamptz' },
    checkedAt: checkedAtSort,
    acquiredAt: { expression: 'item.acquired_at', type: 'timestamptz' },
    exhibitNumber: { expression: 'item.exhibit_number', type: 'text' },
  },
  defaultSort: 'exhibitNumber',
  searchable: true,
  toItem: ({ id: evidenceId, revision, fold }) => itemOf(evidenceId, revision, fold),
};

/** A row that an older program folded knows less of its item until the register is rebuilt. */
function itemOf(evidenceId: string, revision: number, { state: folded, notes }: EvidenceRow['fold']) {
  const state = { ...evidence.initial(), ...folded };
  return {
    id: evidenceId,
    revision,
    exhibitNumber: state.exhibitNumber,
    form: state.form,
    kind: state.kind,
    ...(state.description === undefined ? {} : { description: state.description }),
    digests: state.digests,
    ...(state.seal ? { seal: state.seal } : {}),
    ...(state.sealed ? { sealed: state.sealed } : {}),
    acquiredAt: state.acquisition.acquiredAt,
    ...(state.acquisition.sourceUrl === undefined ? {} : { sourceUrl: state.acquisition.sourceUrl }),
    ...custodyOf(state),
    authenticity: state.authenticity.map(({ outcome, assessor, by }) => ({
      outcome,
      assessor,
      by: by.kind === 'own' ? 'own' : by.organisation,
    })),
    restrictions: inForce(state),
    leadOnly: isLeadOnly(state),
    rulings: state.admissibility,
    irregularities: state.irregularities,
    ...notes,
  };
}

interface Times {
  registeredAt: string;
  changedAt: string;
}

const folding: Folding<Evidence, Times> = {
  aggregate: evidence,
  table: 'items',
  notes: () => ({ registeredAt: '', changedAt: '' }),
  note: ({ notes }, { recordedAt }) => {
    notes.registeredAt ||= recordedAt;
    notes.changedAt = recordedAt;
  },
};

function inForce({ restrictions }: Evidence) {
  return Object.entries(restrictions)
    .filter(([, { lifted }]) => !lifted)
    .map(([restrictionId, { kind, provider, permits, legalBasis }]) => ({
      restrictionId,
      kind,
      provider,
      permits,
      legalBasis,
    }));
}

function rowOf(held: Held<Evidence, Times>) {
  const { state, notes } = held;
  return {
    exhibit_number: state.exhibitNumber,
    form: state.form,
    kind: state.kind,
    description: state.description ?? null,
    acquired_at: state.acquisition.acquiredAt,
    authenticity: [...new Set(state.authenticity.map(({ outcome }) => outcome))],
    restricted: inForce(state).length > 0,
    lead_only: isLeadOnly(state),
    sealed: state.sealed !== undefined,
    ...custodyColumns(state),
    registered_at: notes.registeredAt,
    changed_at: notes.changedAt,
    ...foldColumns(held),
  };
}

export const evidenceRegister: Projection = {
  name,
  shape: shapeOf(2, evidence),
  types: new Set([...typesIn(evidence), ...linkTypes, ...conflictTypes]),
  async project(events, rows) {
    const held = await foldStreams(folding, events, rows);
    await writeFolds(folding, held, rowOf, rows);
    const digests = held.flatMap(({ id: evidence_id, state }) =>
      state.digests.map((digest) => ({ evidence_id, ...digest })),
    );
    await upsert(rows, 'digests', ['evidence_id', 'algorithm', 'value'], digests);
    await projectLinks(events, rows);
    await projectConflicts(events, rows);
  },
  migrations: [
    {
      name: 'EvidenceRegister1764000000004',
      sql: `
CREATE TABLE items (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  exhibit_number text NOT NULL,
  form text NOT NULL,
  kind text NOT NULL,
  description text,
  acquired_at timestamp (3) with time zone NOT NULL,
  authenticity text[] NOT NULL,
  restricted boolean NOT NULL,
  lead_only boolean NOT NULL,
  sealed boolean NOT NULL,
  registered_at timestamp (3) with time zone NOT NULL,
  changed_at timestamp (3) with time zone NOT NULL,
  search tsvector GENERATED ALWAYS AS
    (to_tsvector('simple', exhibit_number || ' ' || coalesce(description, ''))) STORED,
  fold json NOT NULL
);
CREATE INDEX ON items (exhibit_number, id);
CREATE INDEX ON items (registered_at, id);
CREATE INDEX ON items (changed_at, id);
CREATE INDEX ON items (acquired_at, id);
CREATE INDEX ON items USING gin (search);
CREATE TABLE digests (
  evidence_id uuid NOT NULL,
  algorithm text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (evidence_id, algorithm, value)
);
CREATE INDEX ON digests (value, algorithm);
CREATE TABLE links (
  investigation_id uuid NOT NULL,
  evidence_id uuid NOT NULL,
  bearing text NOT NULL,
  relevance text NOT NULL,
  locator text,
  linked_at timestamp (3) with time zone NOT NULL,
  PRIMARY KEY (investigation_id, evidence_id)
);
CREATE INDEX ON links (evidence_id);
-- Who declared a conflict of interest in a case.
CREATE TABLE conflicts (
  investigation_id uuid NOT NULL,
  person text NOT NULL,
  PRIMARY KEY (investigation_id, person)
);`,
    },
    custodyMigration,
  ],
};

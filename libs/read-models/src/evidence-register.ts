import { type Static, Type } from 'typebox';
import { Column, type DataSource, Entity, PrimaryColumn } from 'typeorm';
import {
  authenticityOutcome,
  bearing,
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
import { typesIn } from './domain-events.js';
import { type LinkRow, linkTypes, projectLinks } from './evidence-links.js';
import { foldColumns, type Folding, foldStreams, type Held } from './folded.js';
import type { ListDefinition, Reader } from './list/definition.js';
import { upsert } from './rows.js';
import type { Projection } from './runner/projection.js';
import { shapeOf } from './shape.js';

/** The evidence register: every item, what it is and what was found about it, and the cases it is linked to. */

const name = 'evidence_register';
const shown = Evidence.properties;

@Entity({ schema: name, name: 'items' })
export class EvidenceRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('integer') revision!: number;
  @Column('json') fold!: { readonly state: Evidence; readonly notes: Times };
}

/** Of one content; a thumbnail or an empty file may be held thousands of times. */
const sameContentMax = 20;

const registered = {
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
const registeredItem = object(registered);

export const evidenceItem = object({
  ...registered,
  /** The cases it is linked to now, but those the reader may not see; absent for a reader who may read none. */
  investigations: Type.Optional(
    Type.Array(
      object({ id, bearing, relevance: text(2000), locator: Type.Optional(text(500)), linkedAt: instant }),
    ),
  ),
  /** Other items that have a digest in common with it, by exhibit number; the first of them only. */
  sameContent: Type.Array(object({ id, exhibitNumber: text(100) }), { maxItems: sameContentMax }),
  /** How many there are. */
  sameContentCount: count,
});

/** In the words of the policy `conflict-of-interest`: whoever declared one does not read the case. */
const unconflicted = (people: string) =>
  `NOT EXISTS (
    SELECT FROM ${name}.conflicts conflict
    WHERE conflict.investigation_id = link.investigation_id AND conflict.person = ANY (${people}::text[]))`;

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
        WHERE investigation_id = :value::uuid AND ${unconflicted(':people')})`,
    },
    authenticity: { schema: authenticityOutcome, condition: 'item.authenticity @> ARRAY[:value]' },
    restricted: { schema: yesOrNo, condition: 'item.restricted = :value::boolean' },
    leadOnly: { schema: yesOrNo, condition: 'item.lead_only = :value::boolean' },
    sealed: { schema: yesOrNo, condition: 'item.sealed = :value::boolean' },
  },
  sorts: {
    registeredAt: { expression: 'item.registered_at', type: 'timestamptz' },
    changedAt: { expression: 'item.changed_at', type: 'timestamptz' },
    acquiredAt: { expression: 'item.acquired_at', type: 'timestamptz' },
    exhibitNumber: { expression: 'item.exhibit_number', type: 'text' },
  },
  defaultSort: 'exhibitNumber',
  searchable: true,
  toItem: ({ id: evidenceId, revision, fold: { state, notes } }) => ({
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
  }),
};

/** What a page of items needs from beside them: one query for the cases, one for the digests. */
export async function withRelations(
  dataSource: DataSource,
  items: readonly Static<typeof registeredItem>[],
  { people, readsCases }: Reader,
): Promise<Static<typeof evidenceItem>[]> {
  const ids = items.map((item) => item.id);
  const links = await dataSource.query<LinkRow[]>(
    `SELECT link.* FROM ${name}.links link
     WHERE evidence_id = ANY ($1) AND ${unconflicted('$2')} ORDER BY linked_at, investigation_id`,
    [readsCases ? ids : [], people],
  );
  const twins = await dataSource.query<Twin[]>(
    `SELECT of, id, exhibit_number, total FROM (
       SELECT *, count(*) OVER (PARTITION BY of) AS total,
         row_number() OVER (PARTITION BY of ORDER BY exhibit_number, id) AS place
       FROM (
         SELECT DISTINCT own.evidence_id AS of, item.id, item.exhibit_number
         FROM ${name}.digests own
         JOIN ${name}.digests other USING (algorithm, value)
         JOIN ${name}.items item ON item.id = other.evidence_id AND item.id <> own.evidence_id
         WHERE own.evidence_id = ANY ($1)) AS twin) AS placed
     WHERE place <= ${sameContentMax} ORDER BY of, place`,
    [ids],
  );
  return items.map((item) => ({
    ...item,
    ...(readsCases
      ? { investigations: links.filter(({ evidence_id }) => evidence_id === item.id).map(linkOf) }
      : {}),
    sameContent: twins
      .filter(({ of }) => of === item.id)
      .map(({ id: twin, exhibit_number }) => ({ id: twin, exhibitNumber: exhibit_number })),
    sameContentCount: Number(twins.find(({ of }) => of === item.id)?.total ?? 0),
  }));
}

interface Twin {
  readonly of: string;
  readonly id: string;
  readonly exhibit_number: string;
  readonly total: string;
}

function linkOf({ investigation_id, bearing: bears, relevance, locator, linked_at }: LinkRow) {
  return {
    id: investigation_id,
    bearing: bears,
    relevance,
    ...(locator === null ? {} : { locator }),
    linkedAt: new Date(linked_at).toISOString(),
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
    ...foldColumns(held),
    exhibit_number: state.exhibitNumber,
    form: state.form,
    kind: state.kind,
    description: state.description ?? null,
    acquired_at: state.acquisition.acquiredAt,
    authenticity: [...new Set(state.authenticity.map(({ outcome }) => outcome))],
    restricted: inForce(state).length > 0,
    lead_only: isLeadOnly(state),
    sealed: state.sealed !== undefined,
    registered_at: notes.registeredAt,
    changed_at: notes.changedAt,
  };
}

export const evidenceRegister: Projection = {
  name,
  shape: shapeOf(1, evidence),
  types: new Set([...typesIn(evidence), ...linkTypes]),
  async project(events, rows) {
    const held = await foldStreams(folding, events, rows);
    await upsert(rows, 'items', ['id'], held.map(rowOf));
    const digests = held.flatMap(({ id: evidence_id, state }) =>
      state.digests.map((digest) => ({ evidence_id, ...digest })),
    );
    await upsert(rows, 'digests', ['evidence_id', 'algorithm', 'value'], digests);
    await projectLinks(events, rows);
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
  ],
};

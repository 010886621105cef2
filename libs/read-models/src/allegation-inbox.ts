import { type Static, Type } from 'typebox';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  Allegation,
  allegation,
  claimScope,
  count,
  country,
  day,
  id,
  instant,
  language,
  object,
  sourceKind,
  sourceNature,
  text,
} from '#domain';
import { daysOf } from './days.js';
import { typesIn } from './domain-events.js';
import { foldColumns, type Folding, foldStreams, type Held, writeFolds } from './folded.js';
import type { ListDefinition } from './list/definition.js';
import type { Projection } from './runner/projection.js';
import { shapeOf } from './shape.js';

/** The allegation inbox: what was claimed, by whom, and what came of it at triage. */

export const allegationInboxName = 'allegation_inbox';
const name = allegationInboxName;
const { status, claimed, triage, source } = Allegation.properties;

@Entity({ schema: name, name: 'allegations' })
export class AllegationRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('integer') revision!: number;
  @Column('json') fold!: { readonly state: Allegation; readonly notes: Times };
}

export const allegationItem = object({
  id,
  revision: count,
  status,
  source,
  nature: sourceNature,
  language,
  summary: text(10_000),
  claimed,
  triage,
  /** Incidents it is linked to. */
  incidents: count,
  /** The source set conditions on its use. */
  restricted: Type.Boolean(),
  withdrawn: Type.Boolean(),
  filedAt: instant,
  changedAt: instant,
});

const yesOrNo = Type.Enum(['true', 'false']);

export const allegationList: ListDefinition<AllegationRow, typeof allegationItem> = {
  name: 'allegations',
  projection: name,
  row: AllegationRow,
  key: { column: 'id', type: 'uuid' },
  item: allegationItem,
  filters: {
    status: { schema: status, condition: 'item.status = :value' },
    sourceKind: { schema: sourceKind, condition: `item.source_kind = :value` },
    organisation: { schema: text(300), condition: `item.organisation = :value` },
    reference: {
      schema: text(1000),
      condition: 'md5(item.reference) = md5(:value) AND item.reference = :value',
    },
    nature: { schema: sourceNature, condition: 'item.nature = :value' },
    language: { schema: language, condition: 'item.language = :value' },
    scope: { schema: claimScope, condition: 'item.scope = :value' },
    country: { schema: country, condition: 'item.country = :value' },
    from: { schema: day, condition: 'item.last_day >= :value::date' },
    until: { schema: day, condition: 'item.first_day <= :value::date' },
    linked: { schema: yesOrNo, condition: '(item.incidents > 0) = :value::boolean' },
    withdrawn: { schema: yesOrNo, condition: 'item.withdrawn = :value::boolean' },
  },
  sorts: {
    filedAt: { expression: 'item.filed_at', type: 'timestamptz' },
    changedAt: { expression: 'item.changed_at', type: 'timestamptz' },
  },
  defaultSort: '-filedAt',
  searchable: true,
  toItem: allegationOf,
};

export function allegationOf({ id, revision, fold }: AllegationRow): Static<typeof allegationItem> {
  const { source, nature, language, summary, claimed, triage, ...state } = fold.state;
  return {
    id,
    revision,
    status: state.status,
    source,
    nature,
    language,
    summary,
    claimed,
    ...(triage ? { triage } : {}),
    incidents: Object.keys(state.incidents).length,
    restricted: state.restrictions.length > 0,
    withdrawn: state.withdrawal !== undefined,
    ...fold.notes,
  };
}

interface Times {
  filedAt: string;
  changedAt: string;
}

const folding: Folding<Allegation, Times> = {
  aggregate: allegation,
  table: 'allegations',
  notes: () => ({ filedAt: '', changedAt: '' }),
  note: ({ notes }, { recordedAt }) => {
    notes.filedAt ||= recordedAt;
    notes.changedAt = recordedAt;
  },
};

function rowOf(held: Held<Allegation, Times>) {
  const { state, notes } = held;
  const { place, period, scope } = state.claimed;
  const days = period && daysOf(period);
  return {
    status: state.status,
    source_kind: state.source.kind,
    organisation: state.source.organisation ?? null,
    reference: state.source.reference,
    nature: state.nature,
    language: state.language,
    summary: state.summary,
    scope,
    incidents: Object.keys(state.incidents).length,
    withdrawn: state.withdrawal !== undefined,
    first_day: days?.first ?? null,
    last_day: days?.last ?? null,
    country: place?.country ?? null,
    place: place?.name ?? null,
    latitude: place?.coordinates?.latitude ?? null,
    longitude: place?.coordinates?.longitude ?? null,
    radius_meters: place?.radiusMeters ?? null,
    filed_at: notes.filedAt,
    changed_at: notes.changedAt,
    ...foldColumns(held),
  };
}

export const allegationInbox: Projection = {
  name,
  shape: shapeOf(1, allegation),
  types: typesIn(allegation),
  async project(events, rows) {
    const held = await foldStreams(folding, events, rows);
    await writeFolds(folding, held, rowOf, rows);
  },
  migrations: [
    {
      name: 'AllegationInbox1764000000002',
      sql: `
CREATE TABLE allegations (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  status text NOT NULL,
  source_kind text NOT NULL,
  organisation text,
  reference text NOT NULL,
  nature text NOT NULL,
  language text NOT NULL,
  summary text NOT NULL,
  scope text NOT NULL,
  incidents integer NOT NULL,
  withdrawn boolean NOT NULL,
  first_day date,
  last_day date,
  country text,
  place text,
  latitude double precision,
  longitude double precision,
  radius_meters integer,
  filed_at timestamp (3) with time zone NOT NULL,
  changed_at timestamp (3) with time zone NOT NULL,
  search tsvector GENERATED ALWAYS AS (to_tsvector('simple',
    summary || ' ' || coalesce(place, '') || ' ' || coalesce(organisation, '') || ' ' || reference)) STORED,
  fold json NOT NULL
);
CREATE INDEX ON allegations (filed_at, id);
CREATE INDEX ON allegations (changed_at, id);
CREATE INDEX ON allegations (status, filed_at, id);
-- A reference may be longer than an entry of an index.
CREATE INDEX ON allegations (md5(reference));
CREATE INDEX ON allegations USING gin (search);
-- Duplicate candidates: similar words, or days in common.
CREATE INDEX ON allegations USING gin (summary gin_trgm_ops);
CREATE INDEX ON allegations (first_day, last_day);`,
    },
  ],
};

import { type Static, Type } from 'typebox';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  count,
  country,
  day,
  id,
  Incident,
  incident,
  incidentCategory,
  instant,
  means,
  object,
  placePrecision,
  text,
  victimCount,
} from '#domain';
import { daysOf } from './days.js';
import { typesIn } from './domain-events.js';
import { foldColumns, type Folding, foldStreams, type Held, writeFolds } from './folded.js';
import type { ListDefinition } from './list/definition.js';
import type { Page } from './list/list.js';
import type { Projection } from './runner/projection.js';
import { shapeOf } from './shape.js';

/** The incidents: what happened, when and where as sharp as it is known, and how far it has been verified. */

const name = 'incident_list';
const shown = Incident.properties;
const { harm, status: victimStatus, min, best, max, standard, asOf } = victimCount;

@Entity({ schema: name, name: 'incidents' })
export class IncidentRow {
  @PrimaryColumn('uuid') id!: string;
  @Column('integer') revision!: number;
  @Column('json') fold!: { readonly state: Incident; readonly notes: Times };
}

export const incidentItem = object({
  id,
  revision: count,
  status: shown.status,
  title: shown.title,
  categories: shown.categories,
  means: shown.means,
  period: shown.period,
  place: shown.place,
  parties: shown.parties,
  /** The counts in force, one for each harm and status. */
  victims: Type.Array(object({ harm, status: victimStatus, min, best, max, standard, asOf, eventId: id })),
  classification: shown.classification,
  /** Stands for that incident, and is counted under it. */
  mergedInto: shown.mergedInto,
  recordedAt: instant,
  changedAt: instant,
});
type IncidentItem = Static<typeof incidentItem>;

const corner = '-?\\d{1,3}(\\.\\d{1,12})?';
const edge = (place: number) => `split_part(:value, ',', ${place})::double precision`;

export const incidentList: ListDefinition<IncidentRow, typeof incidentItem> = {
  name: 'incidents',
  projection: name,
  row: IncidentRow,
  key: { column: 'id', type: 'uuid' },
  item: incidentItem,
  filters: {
    status: { schema: shown.status, condition: 'item.status = :value' },
    category: { schema: incidentCategory, condition: 'item.categories @> ARRAY[:value]' },
    means: { schema: means, condition: 'item.means @> ARRAY[:value]' },
    country: { schema: country, condition: 'item.country = :value' },
    precision: { schema: placePrecision, condition: 'item.place_precision = :value' },
    party: { schema: text(200), condition: 'item.parties @> ARRAY[:value]' },
    from: { schema: day, condition: 'item.last_day >= :value::date' },
    until: { schema: day, condition: 'item.first_day <= :value::date' },
    merged: {
      schema: Type.Enum(['false', 'true', 'any'], {
        default: 'false',
        description:
          'whether incidents that were merged into others are shown; any, where `mergedInto` asks for them',
      }),
      condition: `:value::text = 'any' OR (item.merged_into IS NOT NULL) = (:value::text = 'true')`,
      otherwise: { value: 'false', unless: 'mergedInto' },
    },
    mergedInto: { schema: id, condition: 'item.merged_into = :value::uuid' },
    /** West, south, east, north; a west beyond the east crosses the antimeridian. */
    bbox: {
      schema: Type.String({
        pattern: `^${corner},${corner},${corner},${corner}$`,
        examples: ['30,44,41,53'],
      }),
      condition:
        `item.latitude BETWEEN ${edge(2)} AND ${edge(4)} AND CASE WHEN ${edge(1)} <= ${edge(3)} ` +
        `THEN item.longitude BETWEEN ${edge(1)} AND ${edge(3)} ` +
        `ELSE item.longitude >= ${edge(1)} OR item.longitude <= ${edge(3)} END`,
    },
  },
  sorts: {
    recordedAt: { expression: 'item.recorded_at', type: 'timestamptz' },
    changedAt: { expression: 'item.changed_at', type: 'timestamptz' },
    /** Incidents whose day is unknown come last. */
    occurredAt: { expression: `coalesce(item.first_day, 'infinity'::date)`, type: 'date' },
    title: { expression: 'item.title', type: 'text' },
  },
  defaultSort: '-recordedAt',
  searchable: true,
  toItem: ({ id: incidentId, revision, fold: { state, notes } }) => {
    const { enteredAt: _, recordedBy: __, verification: ___, victims, ...rest } = state;
    return {
      id: incidentId,
      revision,
      ...rest,
      victims: Object.values(victims).map(
        ({ sources: _s, basis: _b, sourceStandard: _w, ...counted }) => counted,
      ),
      ...notes,
    };
  },
};

/** A GeoJSON object (RFC 7946); `next` is a foreign member and goes on after the last feature. */
export const incidentMap = object({
  type: Type.Literal('FeatureCollection'),
  features: Type.Array(
    object({
      type: Type.Literal('Feature'),
      id,
      geometry: Type.Union([
        object({
          type: Type.Literal('Point'),
          coordinates: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
        }),
        Type.Null(),
      ]),
      properties: Type.Omit(incidentItem, ['id']),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** An incident without coordinates is a feature without a geometry: it is unknown where, not nowhere. */
export function mapOf({ items, next }: Page<IncidentItem>): Static<typeof incidentMap> {
  return {
    type: 'FeatureCollection',
    features: items.map(({ id: incidentId, ...properties }) => {
      const point = properties.place.coordinates;
      return {
        type: 'Feature',
        id: incidentId,
        geometry: point ? { type: 'Point', coordinates: [point.longitude, point.latitude] } : null,
        properties,
      };
    }),
    next,
  };
}

interface Times {
  recordedAt: string;
  changedAt: string;
}

const folding: Folding<Incident, Times> = {
  aggregate: incident,
  table: 'incidents',
  notes: () => ({ recordedAt: '', changedAt: '' }),
  note: ({ notes }, { recordedAt }) => {
    notes.recordedAt ||= recordedAt;
    notes.changedAt = recordedAt;
  },
};

function rowOf(held: Held<Incident, Times>) {
  const { state, notes } = held;
  const days = daysOf(state.period);
  return {
    status: state.status,
    title: state.title,
    categories: state.categories,
    means: state.means,
    first_day: days?.first ?? null,
    last_day: days?.last ?? null,
    country: state.place.country ?? null,
    place: state.place.name ?? null,
    place_precision: state.place.precision,
    latitude: state.place.coordinates?.latitude ?? null,
    longitude: state.place.coordinates?.longitude ?? null,
    parties: [...new Set(state.parties.map(({ party }) => party))],
    merged_into: state.mergedInto ?? null,
    recorded_at: notes.recordedAt,
    changed_at: notes.changedAt,
    ...foldColumns(held),
  };
}

export const incidents: Projection = {
  name,
  shape: shapeOf(1, incident),
  types: typesIn(incident),
  async project(events, rows) {
    const held = await foldStreams(folding, events, rows);
    await writeFolds(folding, held, rowOf, rows);
  },
  migrations: [
    {
      name: 'IncidentList1764000000003',
      sql: `
CREATE TABLE incidents (
  id uuid PRIMARY KEY,
  revision integer NOT NULL,
  position bigint NOT NULL,
  status text NOT NULL,
  title text NOT NULL,
  categories text[] NOT NULL,
  means text[] NOT NULL,
  first_day date,
  last_day date,
  country text,
  place text,
  place_precision text NOT NULL,
  latitude double precision,
  longitude double precision,
  parties text[] NOT NULL,
  merged_into uuid,
  recorded_at timestamp (3) with time zone NOT NULL,
  changed_at timestamp (3) with time zone NOT NULL,
  search tsvector GENERATED ALWAYS AS
    (to_tsvector('simple', title || ' ' || coalesce(place, ''))) STORED,
  fold json NOT NULL
);
CREATE INDEX ON incidents (recorded_at, id);
CREATE INDEX ON incidents (changed_at, id);
CREATE INDEX ON incidents (title, id);
CREATE INDEX ON incidents (merged_into);
CREATE INDEX ON incidents (coalesce(first_day, 'infinity'::date), id);
CREATE INDEX ON incidents (latitude, longitude);
CREATE INDEX ON incidents USING gin (search);
CREATE INDEX ON incidents USING gin (categories);
CREATE INDEX ON incidents USING gin (parties);`,
    },
  ],
};

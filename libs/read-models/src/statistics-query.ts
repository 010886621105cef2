import { type Static, Type } from 'typebox';
import type { DataSource } from 'typeorm';
import { count, harm, id, instant, object, standard, victimStatus } from '#domain';
import { cursorOf, placeIn } from './list/cursor.js';
import {
  type Dimension,
  dimensionNames,
  dimensions,
  isDimension,
  type StatisticsParameters,
} from './statistics-parameters.js';
import { statisticsName } from './statistics.js';

const victims = object({
  /** Assessments in force that were added up. */
  figures: count,
  min: count,
  /** Sum of the best estimates of those that have one. */
  best: count,
  withoutBest: count,
  /** Null as soon as one of them claims no upper bound. */
  max: Type.Union([count, Type.Null()]),
  withoutMax: count,
});

export const statisticsAnswer = object({
  asOf: Type.Optional(instant),
  by: Type.Array(Type.Enum(dimensionNames)),
  /** Dimensions of which one incident may have several values: these groups do not add up to the whole. */
  overlapping: Type.Array(Type.Enum(dimensionNames)),
  groups: Type.Array(object({ group: Type.Record(Type.String(), Type.String()), incidents: count, victims })),
  /** There are more groups than are shown: ask with filters. */
  truncated: Type.Boolean(),
});

/** One incident that was counted, and the assessment that was, with the events that say so. */
export const countedItem = object({
  incidentId: id,
  incident: object({ eventId: id, position: Type.String() }),
  assessment: Type.Optional(
    object({
      eventId: id,
      position: Type.String(),
      harm,
      status: victimStatus,
      standard,
      min: count,
      best: Type.Optional(count),
      max: Type.Union([count, Type.Null()]),
    }),
  ),
});
export const countedPage = object({
  items: Type.Array(countedItem),
  next: Type.Union([Type.String(), Type.Null()]),
});

const groupsMax = 2_000;

/**
 * Incidents and victims by any dimensions, as recorded by `asOf`. A merged incident counts under the one it was merged
 * into; an assessment that another took the place of counts no more; every assessment in force counts once in a group.
 */
export async function statisticsOf(
  dataSource: DataSource,
  { by, filters, asOf }: StatisticsParameters,
): Promise<Static<typeof statisticsAnswer>> {
  const values: unknown[] = [];
  const source = counted({ by, filters, ...(asOf === undefined ? {} : { asOf }) }, values);
  const columns = by.map((name) => `${dimensions[name].sql} AS "${name}"`);
  const rows = await dataSource.query<Record<string, string | null>[]>(
    `SELECT ${[...columns, ''].join(', ')}
       count(DISTINCT version.incident_id) AS n_incidents, count(figure.incident_id) AS n_figures,
       coalesce(sum(figure.min), 0) AS n_min, coalesce(sum(figure.best), 0) AS n_best, sum(figure.max) AS n_max,
       count(*) FILTER (WHERE figure.incident_id IS NOT NULL AND figure.best IS NULL) AS n_without_best,
       count(*) FILTER (WHERE figure.incident_id IS NOT NULL AND figure.max IS NULL) AS n_without_max
     ${source}
     ${by.length > 0 ? `GROUP BY ${by.map((_, i) => i + 1).join(', ')} ORDER BY ${by.map((_, i) => i + 1).join(', ')}` : ''}
     LIMIT ${groupsMax + 1}`,
    values,
  );
  return {
    ...(asOf === undefined ? {} : { asOf }),
    by: [...by],
    overlapping: by.filter((name) => ['party', 'partyRole', 'category'].includes(name)),
    groups: rows.slice(0, groupsMax).map((row) => ({
      group: Object.fromEntries(by.map((name) => [name, row[name] ?? 'unknown'])),
      incidents: Number(row.n_incidents),
      victims: {
        figures: Number(row.n_figures),
        min: Number(row.n_min),
        best: Number(row.n_best),
        withoutBest: Number(row.n_without_best),
        max: Number(row.n_without_max) > 0 ? null : Number(row.n_max),
        withoutMax: Number(row.n_without_max),
      },
    })),
    truncated: rows.length > groupsMax,
  };
}

interface CountedRow {
  readonly incident_id: string;
  readonly version_event: string;
  readonly version_position: string;
  readonly event_id: string | null;
  readonly position: string;
  readonly revision: number;
  readonly harm: Static<typeof harm>;
  readonly victim_status: Static<typeof victimStatus>;
  readonly standard: Static<typeof standard>;
  readonly min: string;
  readonly best: string | null;
  readonly max: string | null;
}

/** What a figure is made of: each incident and assessment that a group with these values counted. Throws `InvalidCursor`. */
export async function countedIn(
  dataSource: DataSource,
  parameters: Omit<StatisticsParameters, 'by'>,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Static<typeof countedPage>> {
  const values: unknown[] = [];
  const source = counted({ by: [], ...parameters }, values);
  const filters = {
    ...parameters.filters,
    ...(parameters.asOf === undefined ? {} : { asOf: parameters.asOf }),
  };
  const question = { name: 'counted', sort: '', filters };
  let after = '';
  if (cursor !== undefined) {
    const place = placeIn(question, cursor);
    values.push(place.sort, place.key);
    after = `AND (version.incident_id::text, coalesce(figure.revision, -1)::text) > ($${values.length - 1}, $${values.length})`;
  }
  const rows = await dataSource.query<CountedRow[]>(
    `SELECT version.incident_id, version.event_id AS version_event, version.position AS version_position,
       figure.event_id, figure.position, coalesce(figure.revision, -1) AS revision, figure.harm, figure.victim_status,
       figure.standard, figure.min, figure.best, figure.max
     ${source} ${after}
     ORDER BY version.incident_id::text, coalesce(figure.revision, -1)::text
     LIMIT ${limit + 1}`,
    values,
  );
  const end = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(itemOf),
    next: end ? cursorOf(question, { sort: end.incident_id, key: String(end.revision) }) : null,
  };
}

function itemOf(row: CountedRow): Static<typeof countedItem> {
  return {
    incidentId: row.incident_id,
    incident: { eventId: row.version_event, position: row.version_position },
    ...(row.event_id === null
      ? {}
      : {
          assessment: {
            eventId: row.event_id,
            position: row.position,
            harm: row.harm,
            status: row.victim_status,
            standard: row.standard,
            min: Number(row.min),
            ...(row.best === null ? {} : { best: Number(row.best) }),
            max: row.max === null ? null : Number(row.max),
          },
        }),
  };
}

/**
 * FROM and WHERE: each incident once, with each of its assessments once, as they stood. An incident of several parties
 * appears once for each only where parties are asked for, and there only with the columns asked for.
 */
function counted({ by, filters, asOf }: StatisticsParameters, values: unknown[]): string {
  const asked = new Set<Dimension>([...by, ...Object.keys(filters).filter(isDimension)]);
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const moment = asOf === undefined ? undefined : parameter(asOf);
  const stood = (row: string) =>
    moment === undefined
      ? `${row}.until IS NULL`
      : `${row}.recorded_at <= ${moment}::timestamptz AND (${row}.until IS NULL OR ${row}.until > ${moment}::timestamptz)`;
  const partyColumns = [asked.has('party') ? 'party' : '', asked.has('partyRole') ? 'role' : ''].filter(
    Boolean,
  );
  const conditions = dimensionNames.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [`${dimensions[name].sql} = ${parameter(value)}`];
  });
  return [
    `FROM ${statisticsName}.incident_versions version`,
    `LEFT JOIN ${statisticsName}.figures figure ON figure.incident_id = version.incident_id AND ${stood('figure')}`,
    partyColumns.length > 0
      ? `LEFT JOIN LATERAL (SELECT DISTINCT ${partyColumns.join(', ')}
           FROM jsonb_to_recordset(version.parties) AS stated (role text, party text)) party ON true`
      : '',
    asked.has('category')
      ? 'LEFT JOIN LATERAL (SELECT DISTINCT unnest(version.categories) AS category) category ON true'
      : '',
    `WHERE ${[stood('version'), 'NOT version.merged', ...conditions].join(' AND ')}`,
  ].join('\n');
}

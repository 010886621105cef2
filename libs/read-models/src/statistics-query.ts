import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { DataSource } from 'typeorm';
import {
  count,
  country,
  harm,
  id,
  Incident,
  incidentCategory,
  instant,
  object,
  partyRole,
  standard,
  text,
  victimStatus,
} from '#domain';
import { cursorOf, placeIn } from './list/cursor.js';
import { InvalidListParameters, limitDefault, limitMax, type ParameterFault } from './list/definition.js';
import { statisticsName } from './statistics.js';

/** What can be counted by. Where nothing is known the value is `unknown`; where nothing was assessed, `notAssessed`. */
const dimensions = {
  standard: { schema: orElse(standard, 'notAssessed'), sql: `coalesce(figure.standard, 'notAssessed')` },
  harm: { schema: orElse(harm, 'notAssessed'), sql: `coalesce(figure.harm, 'notAssessed')` },
  victimStatus: {
    schema: orElse(victimStatus, 'notAssessed'),
    sql: `coalesce(figure.victim_status, 'notAssessed')`,
  },
  status: { schema: Incident.properties.status, sql: 'version.status' },
  month: { schema: Type.String({ pattern: '^(\\d{4}-\\d{2}|unknown)$' }), sql: 'version.month' },
  country: { schema: orElse(country, 'unknown'), sql: `coalesce(version.country, 'unknown')` },
  place: { schema: text(500), sql: `coalesce(version.place, 'unknown')` },
  category: { schema: orElse(incidentCategory, 'unknown'), sql: `coalesce(category.category, 'unknown')` },
  party: { schema: text(200), sql: `coalesce(party.party, 'unknown')` },
  partyRole: { schema: orElse(partyRole, 'unknown'), sql: `coalesce(party.role, 'unknown')` },
} satisfies Record<string, { schema: TSchema; sql: string }>;

export type Dimension = keyof typeof dimensions;
const names = Object.keys(dimensions).filter(isDimension);

export interface StatisticsParameters {
  readonly by: readonly Dimension[];
  readonly filters: Readonly<Partial<Record<Dimension, string>>>;
  /** What was recorded by then; everything when left out. */
  readonly asOf?: string;
}

/** The query parameters, for OpenAPI: `by` lists dimensions, each dimension also filters. */
export const statisticsParameters: Readonly<Record<string, TSchema>> = {
  by: Type.String({
    pattern: `^(${names.join('|')})(,(${names.join('|')}))*$`,
    examples: ['harm,standard'],
  }),
  asOf: instant,
  ...Object.fromEntries(names.map((name) => [name, dimensions[name].schema])),
};

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
  by: Type.Array(Type.Enum(names)),
  /** Dimensions of which one incident may have several values: these groups do not add up to the whole. */
  overlapping: Type.Array(Type.Enum(names)),
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
       count(DISTINCT version.incident_id) AS _incidents, count(figure.incident_id) AS _figures,
       coalesce(sum(figure.min), 0) AS _min, coalesce(sum(figure.best), 0) AS _best, sum(figure.max) AS _max,
       count(*) FILTER (WHERE figure.incident_id IS NOT NULL AND figure.best IS NULL) AS _without_best,
       count(*) FILTER (WHERE figure.incident_id IS NOT NULL AND figure.max IS NULL) AS _without_max
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
      incidents: Number(row._incidents),
      victims: {
        figures: Number(row._figures),
        min: Number(row._min),
        best: Number(row._best),
        withoutBest: Number(row._without_best),
        max: Number(row._without_max) > 0 ? null : Number(row._max),
        withoutMax: Number(row._without_max),
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
  const conditions = names.flatMap((name) => {
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

/** Checks what stood in the address. Throws `InvalidListParameters`. */
export function parseStatistics(query: Readonly<Record<string, unknown>>): StatisticsParameters {
  const { by, asOf, ...filters } = checked(statisticsParameters, query);
  return {
    by: [...new Set((by ?? '').split(',').filter(isDimension))],
    filters,
    ...(asOf === undefined ? {} : { asOf }),
  };
}

/** The same for the drill-down, whose parameters are the dimensions, `asOf`, `limit` and `cursor`. */
export const countedParameters: Readonly<Record<string, TSchema>> = {
  ...Object.fromEntries(Object.entries(statisticsParameters).filter(([name]) => name !== 'by')),
  limit: Type.String({ pattern: '^([1-9]\\d?|1\\d\\d|200)$', examples: [String(limitDefault)] }),
  cursor: Type.String({ maxLength: 2000, pattern: '^[A-Za-z0-9_-]+$' }),
};

export function parseCounted(query: Readonly<Record<string, unknown>>) {
  const { asOf, limit, cursor, ...filters } = checked(countedParameters, query);
  return {
    parameters: { filters, ...(asOf === undefined ? {} : { asOf }) },
    page: {
      limit: Math.min(limit === undefined ? limitDefault : Number(limit), limitMax),
      ...(cursor === undefined ? {} : { cursor }),
    },
  };
}

function checked(known: Readonly<Record<string, TSchema>>, query: Readonly<Record<string, unknown>>) {
  const faults: ParameterFault[] = [];
  const values: Record<string, string> = {};
  for (const [parameter, raw] of Object.entries(query)) {
    const schema = Object.hasOwn(known, parameter) ? known[parameter] : undefined;
    if (!schema) faults.push({ parameter, message: 'is not a parameter here' });
    else if (typeof raw !== 'string' || !Compile(schema).Check(raw))
      faults.push({ parameter, message: 'is not a value of this parameter' });
    else values[parameter] = raw;
  }
  if (faults.length > 0) throw new InvalidListParameters(faults);
  return values;
}

function isDimension(name: string): name is Dimension {
  return Object.hasOwn(dimensions, name);
}

function orElse<S extends TSchema>(schema: S, word: string) {
  return Type.Union([schema, Type.Literal(word)]);
}

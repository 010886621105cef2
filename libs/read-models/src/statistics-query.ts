import { type Static, Type } from 'typebox';
import type { DataSource } from 'typeorm';
import { count, harm, instant, object, standard } from '#domain';
import {
  type Dimension,
  dimensionNames,
  dimensions,
  type StatisticsParameters,
} from './statistics-parameters.js';
import { sourceOf, stood } from './statistics-source.js';
import { statisticsName } from './statistics.js';

/** Victims of one harm at one standard of proof: neither different harms nor different standards add up to anything. */
const victims = object({
  harm,
  standard,
  /** Assessments in force that were added up. */
  figures: count,
  min: count,
  /** Null as soon as one of them has no best estimate. */
  best: Type.Union([count, Type.Null()]),
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
  groups: Type.Array(
    object({
      group: Type.Record(Type.String(), Type.String()),
      incidents: count,
      /** Empty where nothing was assessed. */
      victims: Type.Array(victims),
    }),
  ),
  /** There are more groups than are shown: ask with filters. */
  truncated: Type.Boolean(),
  /** What the same question finds among incidents that were merged into others, and does not count. */
  merged: object({
    incidents: count,
    /** Assessments of victims of theirs, of a harm and status not assessed of the incident that stands for them. */
    figuresNotCarriedOver: count,
  }),
});

const groupsMax = 2_000;
const overlapping: readonly Dimension[] = [
  'party',
  'partyRole',
  'category',
  'harm',
  'standard',
  'victimStatus',
];

/**
 * Incidents and victims by any dimensions, as recorded by `asOf`. A merged incident counts no more, nor do its
 * assessments: the one it was merged into stands for both, with what was assessed of that; what is lost by it is
 * reported. An assessment that another took the place of counts no more; every assessment in force counts once in a
 * group.
 */
export async function statisticsOf(
  dataSource: DataSource,
  parameters: StatisticsParameters,
): Promise<Static<typeof statisticsAnswer>> {
  const { by, asOf } = parameters;
  const groups = await groupsOf(dataSource, parameters);
  return {
    ...(asOf === undefined ? {} : { asOf }),
    by: [...by],
    overlapping: by.filter((name) => overlapping.includes(name)),
    groups: groups.slice(0, groupsMax),
    truncated: groups.length > groupsMax,
    merged: await mergedOf(dataSource, parameters),
  };
}

type Group = Static<typeof statisticsAnswer>['groups'][number];

interface GroupRow {
  readonly keys: string[];
  readonly incidents: string;
  readonly harm: Group['victims'][number]['harm'] | null;
  readonly standard: Group['victims'][number]['standard'];
  readonly figures: string;
  readonly min: string;
  readonly best: string | null;
  readonly without_best: string;
  readonly max: string | null;
  readonly without_max: string;
}

/** One more than are shown, if there are more. */
async function groupsOf(dataSource: DataSource, parameters: StatisticsParameters): Promise<Group[]> {
  const { by } = parameters;
  const values: unknown[] = [];
  const rows = await dataSource.query<GroupRow[]>(
    `WITH counted AS (
       SELECT ARRAY[${by.map((name) => dimensions[name].sql).join(', ')}]::text[] COLLATE "C" AS keys,
         version.incident_id AS version_id, figure.*
       ${sourceOf(parameters, values)}
     ),
     groups AS (
       SELECT keys, count(DISTINCT version_id) AS incidents FROM counted GROUP BY keys
       ORDER BY keys LIMIT ${groupsMax + 1}
     ),
     sums AS (
       SELECT keys, harm, standard, count(*) AS figures, sum(min) AS min, sum(best) AS best, sum(max) AS max,
         count(*) FILTER (WHERE best IS NULL) AS without_best, count(*) FILTER (WHERE max IS NULL) AS without_max
       FROM counted WHERE harm IS NOT NULL GROUP BY keys, harm, standard
     )
     SELECT * FROM groups LEFT JOIN sums USING (keys) ORDER BY keys, harm, standard`,
    values,
  );
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = JSON.stringify(row.keys);
    const group = groups.get(key) ?? {
      group: Object.fromEntries(by.map((name, i) => [name, row.keys[i] ?? ''])),
      incidents: Number(row.incidents),
      victims: [],
    };
    groups.set(key, group);
    if (row.harm !== null) group.victims.push(victimsIn(row, row.harm));
  }
  return groups.size === 0 && by.length === 0
    ? [{ group: {}, incidents: 0, victims: [] }]
    : [...groups.values()];
}

function victimsIn(row: GroupRow, of: Group['victims'][number]['harm']): Group['victims'][number] {
  const [withoutBest, withoutMax] = [Number(row.without_best), Number(row.without_max)];
  return {
    harm: of,
    standard: row.standard,
    figures: Number(row.figures),
    min: Number(row.min),
    best: withoutBest > 0 ? null : Number(row.best),
    withoutBest,
    max: withoutMax > 0 ? null : Number(row.max),
    withoutMax,
  };
}

/** Merges may form a chain: an incident that was merged into a merged one is stood for by the last. */
async function mergedOf(
  dataSource: DataSource,
  { filters, asOf }: StatisticsParameters,
): Promise<Static<typeof statisticsAnswer>['merged']> {
  const values: unknown[] = [];
  const source = sourceOf({ by: [], filters, ...(asOf === undefined ? {} : { asOf }) }, values, 'merged');
  const moment = asOf === undefined ? undefined : `$${values.push(asOf)}`;
  const [row] = await dataSource.query<{ incidents: string; figures: string }[]>(
    `WITH RECURSIVE away AS (
       SELECT version.incident_id, version.merged_into, figure.harm, figure.victim_status ${source}
     ),
     step AS (
       SELECT DISTINCT incident_id, merged_into AS target FROM away
       UNION
       SELECT step.incident_id, version.merged_into FROM step
       JOIN ${statisticsName}.incident_versions version
         ON version.incident_id = step.target AND version.merged_into IS NOT NULL AND ${stood('version', moment)}
     )
     SELECT count(DISTINCT incident_id) AS incidents,
       count(*) FILTER (WHERE harm IS NOT NULL AND NOT EXISTS (
         SELECT FROM step
         JOIN ${statisticsName}.incident_versions version
           ON version.incident_id = step.target AND version.merged_into IS NULL AND ${stood('version', moment)}
         JOIN ${statisticsName}.figures figure
           ON figure.incident_id = step.target AND ${stood('figure', moment)}
         WHERE step.incident_id = away.incident_id
           AND (figure.harm, figure.victim_status) = (away.harm, away.victim_status))) AS figures
     FROM away`,
    values,
  );
  return { incidents: Number(row?.incidents ?? 0), figuresNotCarriedOver: Number(row?.figures ?? 0) };
}

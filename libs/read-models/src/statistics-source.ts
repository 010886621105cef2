import {
  type Dimension,
  dimensionNames,
  dimensions,
  isDimension,
  type StatisticsParameters,
} from './statistics-parameters.js';
import { statisticsName } from './statistics.js';

/** Which incidents: those that are counted, or those that stand for another and are not. */
export type Standing = 'counted' | 'merged';

/**
 * FROM and WHERE: each incident once, with each of its assessments once, as they stood. An incident of several parties
 * appears once for each only where parties are asked for, and there only with the columns asked for. What was found
 * refuted or unsubstantiated did not happen as far as anybody knows: it is there only where the status is asked for.
 */
export function sourceOf(
  { by, filters, asOf }: StatisticsParameters,
  values: unknown[],
  standing: Standing = 'counted',
): string {
  const asked = new Set<Dimension>([...by, ...Object.keys(filters).filter(isDimension)]);
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const moment = asOf === undefined ? undefined : parameter(asOf);
  const partyColumns = [asked.has('party') ? 'party' : '', asked.has('partyRole') ? 'role' : ''].filter(
    Boolean,
  );
  const conditions = dimensionNames.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [`${dimensions[name].sql} = ${parameter(value)}`];
  });
  return [
    `FROM ${statisticsName}.incident_versions version`,
    `LEFT JOIN ${statisticsName}.figures figure
       ON figure.incident_id = version.incident_id AND ${stood('figure', moment)}`,
    partyColumns.length > 0
      ? `LEFT JOIN LATERAL (SELECT DISTINCT ${partyColumns.join(', ')}
           FROM jsonb_to_recordset(version.parties) AS stated (role text, party text)) party ON true`
      : '',
    asked.has('category')
      ? 'LEFT JOIN LATERAL (SELECT DISTINCT unnest(version.categories) AS category) category ON true'
      : '',
    `WHERE ${[
      stood('version', moment),
      `version.merged_into IS ${standing === 'merged' ? 'NOT NULL' : 'NULL'}`,
      ...(asked.has('status') ? [] : [`version.status NOT IN ('refuted', 'unsubstantiated')`]),
      ...conditions,
    ].join(' AND ')}`,
  ].join('\n');
}

/** Rows that were in force at a moment, the parameter of that name; now without one. */
export function stood(row: string, moment: string | undefined): string {
  return moment === undefined
    ? `${row}.until IS NULL`
    : `${row}.recorded_at <= ${moment}::timestamptz AND (${row}.until IS NULL OR ${row}.until > ${moment}::timestamptz)`;
}

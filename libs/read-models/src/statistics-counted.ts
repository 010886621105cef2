import { type Static, Type } from 'typebox';
import type { DataSource } from 'typeorm';
import { count, day, harm, id, object, standard, text, victimStatus } from '#domain';
import { cursorOf, placeIn } from './list/cursor.js';
import type { StatisticsParameters } from './statistics-parameters.js';
import { sourceOf } from './statistics-source.js';

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
      sources: Type.Array(text(1000)),
      /** The day on which the sources knew this much. */
      asOf: day,
    }),
  ),
});
export const countedPage = object({
  items: Type.Array(countedItem),
  next: Type.Union([Type.String(), Type.Null()]),
});

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
  readonly sources: string[];
  readonly as_of: string;
}

/** What a figure is made of: each incident and assessment that a group with these values counted. Throws `InvalidCursor`. */
export async function countedIn(
  dataSource: DataSource,
  parameters: Omit<StatisticsParameters, 'by'>,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Static<typeof countedPage>> {
  const values: unknown[] = [];
  const source = sourceOf({ by: [], ...parameters }, values);
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
       figure.standard, figure.min, figure.best, figure.max, figure.sources, figure.as_of::text
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
            sources: row.sources,
            asOf: row.as_of,
          },
        }),
  };
}

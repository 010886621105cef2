import { type Static, Type } from 'typebox';
import type { DataSource } from 'typeorm';
import { count, object } from '#domain';
import { allegationItem, allegationOf, AllegationRow } from './allegation-inbox.js';

export const duplicateCandidate = object({
  allegation: allegationItem,
  /** Trigram similarity of the summaries, 0 to 1. */
  similarity: Type.Number({ minimum: 0, maximum: 1 }),
  /** They name the same place, or points no further apart than their radii reach, at least a kilometre. */
  samePlace: Type.Boolean(),
  /** Their periods have a day in common. */
  overlappingPeriod: Type.Boolean(),
});
export const duplicateCandidates = object({ items: Type.Array(duplicateCandidate) });

/** Below this two summaries are not taken for versions of one text. */
const similarityMin = 0.5;
/** Coordinates of one village differ by so much between sources. */
const nearMetersMin = 1_000;

/** How many may be asked for. */
export const candidatesMax: Static<typeof count> = 50;

/**
 * Other allegations that may be about the same: in periods that overlap at the same place or in similar words, or in
 * similar words where a period is unknown. Words alone say little: the records of one data set are all alike. Likeliest
 * first; computed when asked, from the inbox as it is. Nothing for an allegation that is not there.
 */
export async function duplicateCandidatesOf(
  dataSource: DataSource,
  allegationId: string,
  limit: number,
): Promise<Static<typeof duplicateCandidates> | undefined> {
  const inbox = dataSource.getRepository(AllegationRow);
  if (!(await inbox.existsBy({ id: allegationId }))) return undefined;
  const found = await dataSource.query<Candidate[]>(candidates, [
    allegationId,
    Math.min(limit, candidatesMax),
  ]);
  return {
    items: found.map(({ similarity, same_place, overlapping, ...row }) => ({
      allegation: allegationOf(row),
      similarity,
      samePlace: same_place,
      overlappingPeriod: overlapping,
    })),
  };
}

interface Candidate extends AllegationRow {
  readonly similarity: number;
  readonly same_place: boolean;
  readonly overlapping: boolean;
}

const overlapping = 'other.first_day <= own.last_day AND other.last_day >= own.first_day';
/** The great circle by the haversine formula. */
const samePlace = `(
  lower(other.place) = lower(own.place) AND coalesce(other.country = own.country, true)
  OR 2 * 6371008.8 * asin(least(1, sqrt(
    sin(radians(other.latitude - own.latitude) / 2) ^ 2
    + cos(radians(own.latitude)) * cos(radians(other.latitude))
    * sin(radians(other.longitude - own.longitude) / 2) ^ 2)))
  <= greatest(${nearMetersMin}, coalesce(own.radius_meters, 0) + coalesce(other.radius_meters, 0)))`;

/** The two arms of the union each use an index of their own; summaries are compared where they still may count. */
const candidates = `
WITH own AS (SELECT * FROM allegation_inbox.allegations WHERE id = $1),
near AS (
  SELECT other.id FROM own JOIN allegation_inbox.allegations other ON ${overlapping} AND ${samePlace}
  UNION
  SELECT other.id FROM own JOIN allegation_inbox.allegations other
    ON other.summary % own.summary AND coalesce(${overlapping}, true)
),
compared AS (
  SELECT other.id, other.revision, other.fold, other.filed_at,
    similarity(other.summary, own.summary)::float8 AS similarity,
    coalesce(${overlapping}, false) AS overlapping, coalesce(${samePlace}, false) AS same_place
  FROM near JOIN allegation_inbox.allegations other USING (id) CROSS JOIN own
  WHERE other.id <> own.id AND NOT other.withdrawn
)
SELECT id, revision, fold, similarity, overlapping, same_place FROM compared
WHERE similarity >= ${similarityMin} OR overlapping AND same_place
ORDER BY (overlapping AND same_place)::integer + similarity DESC, filed_at, id
LIMIT $2`;

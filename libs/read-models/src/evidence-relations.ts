import { type Static, Type } from 'typebox';
import type { DataSource } from 'typeorm';
import { bearing, count, id, instant, object, text } from '#domain';
import { unconflicted } from './conflicts.js';
import { evidenceRegisterName as name, type LinkRow } from './evidence-links.js';
import { registered, type registeredItem } from './evidence-register.js';
import type { Reader } from './list/definition.js';

/** What an item of the register stands in relation to: the cases it is linked to, and other items of the same content. */

/** Of one content; a thumbnail or an empty file may be held thousands of times. */
const sameContentMax = 20;

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

/** What a page of items needs from beside them: one query for the cases, one for the digests. */
export async function withRelations(
  dataSource: DataSource,
  items: readonly Static<typeof registeredItem>[],
  { people, readsCases }: Reader,
): Promise<Static<typeof evidenceItem>[]> {
  const ids = items.map((item) => item.id);
  const links = await dataSource.query<LinkRow[]>(
    `SELECT link.* FROM ${name}.links link
     WHERE evidence_id = ANY ($1) AND ${unconflicted(name, 'link.investigation_id', '$2')} ORDER BY linked_at, investigation_id`,
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

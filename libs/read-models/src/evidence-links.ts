import type { Static } from 'typebox';
import type { bearing, investigation } from '#domain';
import type { EventsOf } from './domain-events.js';
import { dispatch, type Handlers, typesOf, upsert } from './rows.js';
import type { ProjectedEvent, Rows } from './runner/projection.js';

/** The links between cases and items, as the register holds them: the events of investigations decide them. */

/** The schema of the register. */
export const evidenceRegisterName = 'evidence_register';

export interface LinkRow {
  readonly investigation_id: string;
  readonly evidence_id: string;
  readonly bearing: Static<typeof bearing>;
  readonly relevance: string;
  readonly locator: string | null;
  readonly linked_at: string;
}

/** What a batch makes of the links between cases and items; the newest word on a link holds. */
type Links = Map<
  string,
  LinkRow | { readonly investigation_id: string; readonly evidence_id: string; gone: true }
>;
type Rebearings = Map<string, { investigation_id: string; evidence_id: string; bearing: string }>;

interface Changes {
  readonly links: Links;
  readonly rebearings: Rebearings;
}

const linkHandlers: Handlers<EventsOf<typeof investigation>, Changes> = {
  EvidenceLinked: (data, { aggregateId, recordedAt }, { links, rebearings }) => {
    rebearings.delete(`${aggregateId}/${data.evidenceId}`);
    links.set(`${aggregateId}/${data.evidenceId}`, {
      investigation_id: aggregateId,
      evidence_id: data.evidenceId,
      bearing: data.bearing,
      relevance: data.relevance,
      locator: data.locator ?? null,
      linked_at: recordedAt,
    });
  },
  BearingReassessed: ({ evidenceId, issueId, to }, { aggregateId }, { rebearings }) => {
    if (issueId !== undefined) return;
    const link = { investigation_id: aggregateId, evidence_id: evidenceId, bearing: to };
    rebearings.set(`${aggregateId}/${evidenceId}`, link);
  },
  EvidenceUnlinked: ({ evidenceId }, { aggregateId }, { links }) => {
    links.set(`${aggregateId}/${evidenceId}`, {
      investigation_id: aggregateId,
      evidence_id: evidenceId,
      gone: true,
    });
  },
};

/** The event types that change a link. */
export const linkTypes = typesOf(linkHandlers);

export async function projectLinks(events: readonly ProjectedEvent[], rows: Rows): Promise<void> {
  const links: Links = new Map();
  const rebearings: Rebearings = new Map();
  for (const event of events) dispatch(linkHandlers, event, { links, rebearings });
  const all = [...links.values()];
  const gone = all.filter((link) => 'gone' in link);
  if (gone.length > 0)
    await rows.query(
      `DELETE FROM links USING json_to_recordset($1) AS gone (investigation_id uuid, evidence_id uuid)
       WHERE (links.investigation_id, links.evidence_id) = (gone.investigation_id, gone.evidence_id)`,
      [JSON.stringify(gone)],
    );
  await upsert(
    rows,
    'links',
    ['investigation_id', 'evidence_id'],
    all.filter((link) => !('gone' in link)),
  );
  if (rebearings.size > 0)
    await rows.query(
      `UPDATE links SET bearing = now.bearing
       FROM json_to_recordset($1) AS now (investigation_id uuid, evidence_id uuid, bearing text)
       WHERE (links.investigation_id, links.evidence_id) = (now.investigation_id, now.evidence_id)`,
      [JSON.stringify([...rebearings.values()])],
    );
}

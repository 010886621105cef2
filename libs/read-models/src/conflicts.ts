import type { investigation } from '#domain';
import type { EventsOf } from './domain-events.js';
import { dispatch, type Handlers, typesOf, upsert } from './rows.js';
import type { ProjectedEvent, Rows } from './runner/projection.js';

/** Who declared a conflict of interest in which case; each view that asks for it has a table `conflicts` of its own. */

type Conflicts = Map<string, { investigation_id: string; person: string }>;

const handlers: Handlers<EventsOf<typeof investigation>, Conflicts> = {
  ConflictOfInterestDeclared: ({ member: person }, { aggregateId: investigation_id }, conflicts) => {
    conflicts.set(`${investigation_id}/${person}`, { investigation_id, person });
  },
};
export const conflictTypes = typesOf(handlers);

export async function projectConflicts(events: readonly ProjectedEvent[], rows: Rows): Promise<void> {
  const conflicts: Conflicts = new Map();
  for (const event of events) dispatch(handlers, event, conflicts);
  await upsert(rows, 'conflicts', ['investigation_id', 'person'], [...conflicts.values()]);
}

/** In the words of the policy `conflict-of-interest`: whoever declared one does not read the case. */
export const unconflicted = (schema: string, investigationId: string, people = ':people') =>
  `NOT EXISTS (
    SELECT FROM ${schema}.conflicts conflict
    WHERE conflict.investigation_id = ${investigationId} AND conflict.person = ANY (${people}::text[]))`;

import type { investigation } from '#domain';
import type { EventsOf } from './domain-events.js';
import { dispatch, type Handlers, typesOf, upsert } from './rows.js';
import type { ProjectedEvent, Rows } from './runner/projection.js';

/** Who declared a conflict of interest in which case: they see none of its referrals. */

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

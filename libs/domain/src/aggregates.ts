import {
  type Aggregate,
  categoryOf,
  type DomainEvent,
  type RecordedEvent,
  UndecodableEvent,
} from '#event-sourcing';
import { access } from './access/access.js';
import { allegation } from './allegation/allegation.js';
import { evidence } from './evidence/evidence.js';
import { incident } from './incident/incident.js';
import { investigation } from './investigation/investigation.js';
import { referral } from './referral/referral.js';
import { refusal } from './refusal/refusal.js';
import { witness } from './witness/witness.js';

/** Every kind of stream. */
export const aggregates = [
  allegation,
  incident,
  investigation,
  evidence,
  referral,
  witness,
  refusal,
  access,
] as const satisfies readonly Aggregate[];

const byCategory = new Map<string, Aggregate['events']>(
  aggregates.map(({ category, events }) => [category, events]),
);

/** A stored event in the newest shape of its type, with the version of that shape. Throws `UndecodableEvent`. */
export function decodeEvent<Recorded extends RecordedEvent>(
  recorded: Recorded,
): Omit<Recorded, 'data'> & DomainEvent {
  const events = byCategory.get(categoryOf(recorded.stream));
  if (!events) throw new UndecodableEvent(`no event of ${recorded.stream} is known`);
  const { type, data } = events.decode(recorded);
  const definition = events.definitions.find((known) => known.type === type);
  return { ...recorded, data, schemaVersion: definition?.schemaVersion ?? recorded.schemaVersion };
}

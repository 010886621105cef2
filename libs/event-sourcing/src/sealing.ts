import type { DomainEvent } from './events.js';
import { Clear, type SealedPlace, type Sealer } from './protected.js';

/**
 * The events with their clear fields sealed. One event of a command may hold such fields: place and field are then
 * enough to tell each from every other.
 */
export async function sealedEvents(
  events: readonly DomainEvent[],
  place: Omit<SealedPlace, 'field'>,
  sealer: Sealer | undefined,
): Promise<readonly DomainEvent[]> {
  const [holding, ...others] = events.filter((event) => clearFieldsOf(event).size > 0);
  if (holding === undefined) return events;
  if (others.length > 0 || sealer === undefined)
    throw new Error(`${holding.type} holds fields that cannot be sealed here`);
  const sealed = await sealer.seal(place, clearFieldsOf(holding));
  return events.map((event) =>
    event === holding
      ? { ...event, data: { ...asObject(event.data), ...Object.fromEntries(sealed) } }
      : event,
  );
}

function clearFieldsOf({ data }: DomainEvent): ReadonlyMap<string, Clear> {
  const fields = new Map<string, Clear>();
  for (const [name, value] of Object.entries(asObject(data)))
    if (value instanceof Clear) fields.set(name, value);
  return fields;
}

const asObject = (data: unknown): object => (typeof data === 'object' && data !== null ? data : {});

import { type Aggregate, idOf, categoryOf, metadataOf, UndecodableEvent } from '#event-sourcing';
import { aggregates } from '#domain';
import type { Decoder } from './runner/projection.js';

export type EventsOf<A> = A extends Aggregate<infer _, infer Event> ? Event : never;

/** Every event of the domain. */
export type InquestEvent = EventsOf<(typeof aggregates)[number]>;

const byCategory = new Map<string, Aggregate['events']>(
  aggregates.map(({ category, events }) => [category, events]),
);
const typesByCategory = new Map<string, ReadonlySet<string>>(
  aggregates.map((aggregate) => [aggregate.category, typesIn(aggregate)]),
);

/** Reads every event of the domain. */
export const decoder: Decoder = {
  knows: ({ stream, type }) => typesByCategory.get(categoryOf(stream))?.has(type) ?? false,
  decode(recorded) {
    const category = categoryOf(recorded.stream);
    const events = byCategory.get(category);
    if (!events) throw new UndecodableEvent(`no event of category ${category} is known`);
    const { stream, revision, position, recordedAt, id, schemaVersion } = recorded;
    const { type, data } = events.decode(recorded);
    return {
      stream,
      revision,
      position,
      recordedAt,
      id,
      type,
      schemaVersion,
      data,
      metadata: metadataOf(recorded),
      category,
      aggregateId: idOf(stream),
    };
  },
};

/** The types of an aggregate's events: the subscription of whoever folds it. */
export function typesIn(...of: readonly Pick<Aggregate, 'events'>[]): ReadonlySet<string> {
  return new Set(of.flatMap(({ events }) => events.definitions.map(({ type }) => type)));
}

/** Every type of event that this program knows. */
export const decodedTypes = typesIn(...aggregates);

import type { QueryBus } from '@nestjs/cqrs';
import { aggregates, decodeEvent, leavesToAll, publicEventData, streamsTold } from '#domain';
import { categoryOf, idOf, metadataOf, type RecordedEvent, UndecodableEvent } from '#event-sourcing';
import type { Answer, Queries } from '#read-models';
import { Problem } from '../problems/problem.js';
import { type EventForm, envelope } from './event-text.js';
import { AskViews } from './view-queries.js';

const known = new Set(aggregates.flatMap(({ events }) => events.definitions.map(({ type }) => type)));

/**
 * What the services of other institutions get: the public form of each event, in the newest shape of its type. Which
 * items and accounts are restricted is asked now, of views that have taken in everything that was looked at. Throws
 * `ViewBehind`, and `unavailable` at an event that only a newer version of this program can read: it is not passed over.
 */
export function publicForm(queryBus: QueryBus): EventForm {
  return {
    has: (type) => leavesToAll(type) || !known.has(type),
    async write(recorded, upTo) {
      const events = recorded.map(decoded);
      const isRestricted = await restrictionsOf(queryBus, events.flatMap(streamsTold), upTo);
      return events.flatMap((event) => {
        const { compartments } = metadataOf(event);
        const data = publicEventData(event, { compartments, isRestricted });
        if (data === undefined) return [];
        const { position, type } = event;
        return [{ position, type, text: `{${envelope(event)},"data":${JSON.stringify(data)}}` }];
      });
    },
  };
}

const retryAfterSeconds = 30;

function decoded(recorded: RecordedEvent) {
  try {
    return decodeEvent(recorded);
  } catch (cause) {
    if (!(cause instanceof UndecodableEvent)) throw cause;
    const detail =
      `Only a newer version of this server can read the event at position ${recorded.position}. It is not passed over: ` +
      'ask again after the upgrade.';
    throw new Problem('unavailable', { detail, retryAfterSeconds }, { cause });
  }
}

/** The views that know which streams of a category are restricted; of other categories none can be. */
const restrictable: Readonly<
  Record<string, (views: Queries, ids: readonly string[], position: bigint) => Promise<Answer<Set<string>>>>
> = {
  evidence: (views, ids, position) => views.unrestrictedItems(ids, { position }),
  allegation: (views, ids, position) => views.unrestrictedAccounts(ids, { position }),
};

async function restrictionsOf(
  queryBus: QueryBus,
  streams: readonly string[],
  position: bigint,
): Promise<(stream: string) => boolean> {
  const unrestricted = new Map<string, Set<string>>();
  for (const [category, ask] of Object.entries(restrictable)) {
    const ids = new Set(streams.filter((stream) => categoryOf(stream) === category).map(idOf));
    if (ids.size === 0) continue;
    const { answer } = await queryBus.execute(new AskViews((views) => ask(views, [...ids], position)));
    unrestricted.set(category, answer);
  }
  return (stream) => {
    const category = categoryOf(stream);
    return category in restrictable && unrestricted.get(category)?.has(idOf(stream)) !== true;
  };
}

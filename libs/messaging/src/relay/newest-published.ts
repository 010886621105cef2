import { readInternalRecord, type Seal } from '../internal-event.js';
import type { MessageBroker } from '../message-broker.js';
import { internalTopic } from '../topics.js';
import type { Published } from './relay-state.js';

/** Among so many of the newest records one of ours is looked for. */
const recordsMax = 100;

/**
 * The event that came last on the internal topic. It is mostly the very last record; what is no event of ours is passed
 * over, and where nothing else is among the newest records there is none. Rejects with `BrokerUnavailable`.
 */
export async function newestPublished(
  broker: Pick<MessageBroker, 'newest'>,
  seal: Seal,
): Promise<Published | undefined> {
  for (const countMax of [1, recordsMax])
    for (const record of (await broker.newest(internalTopic, countMax)).toReversed()) {
      const read = readInternalRecord(record, seal);
      if ('event' in read) return { position: read.event.position, eventId: read.event.id };
    }
  return undefined;
}

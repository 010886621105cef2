import { internalRecord, type Seal } from '../internal-event.js';
import { internalTopic } from '../topics.js';
import { noChange, type Publication } from './publication.js';

/** Every event, whole, on the internal topic. Reads nothing of what an event says: one it does not know passes too. */
export function internalPublication(seal: Seal): Publication {
  return {
    name: 'internal',
    topics: [internalTopic],
    begin: () => ({
      recordOf: (event, previous) => internalRecord(event, previous, seal),
      change: () => noChange,
    }),
  };
}

import type { ContentStore } from '#content-store';
import type { Logger } from '#telemetry';
import { type Background, startRounds, type Waits } from './rounds.js';

/** No upload rests for so long: one that sends nothing is ended after seconds. */
const olderThanMs = 24 * 60 * 60 * 1000;
const defaultWaits: Waits = { firstAfterMs: 60_000, restMs: 60 * 60 * 1000 };

/** Removes what interrupted uploads left in the content store, once an hour. */
export function startLeftoverSweep(
  { contentStore, logger }: { readonly contentStore: Pick<ContentStore, 'sweep'>; readonly logger: Logger },
  waits: Waits = defaultWaits,
): Background {
  return startRounds(
    async () => {
      const { removed, bytes } = await contentStore.sweep(olderThanMs);
      if (removed > 0) logger.info({ removed, bytes }, 'what interrupted uploads had left was removed');
    },
    waits,
    new AbortController(),
    (error) => logger.error({ error }, 'what interrupted uploads left could not be removed'),
  );
}

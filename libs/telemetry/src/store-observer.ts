import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

const silenceMs = 10_000;

/**
 * For the event store: measures it, and logs what disturbs it. During an outage every attempt fails, so at most one line
 * is written in ten seconds, with the number of failures since the last (`more`).
 */
export function storeObserver(metrics: Metrics, logger: Logger): Metrics['storeObserver'] {
  let silentUntil = 0;
  let more = 0;
  return {
    ...metrics.storeObserver,
    disturbed(error) {
      metrics.storeObserver.disturbed(error);
      if (performance.now() < silentUntil) {
        more += 1;
        return;
      }
      logger.warn({ err: error, more }, 'the event store is disturbed');
      silentUntil = performance.now() + silenceMs;
      more = 0;
    },
  };
}

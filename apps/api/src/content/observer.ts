import type { ContentRef, ContentStore } from '#content-store';
import { type Observation, trust } from '#event-sourcing';
import { findingOf } from './finding.js';

export interface Observed {
  readonly contentStore: Pick<ContentStore, 'check'>;
  /** Bytes per second at most; as fast as the store is without it. */
  readonly bytesPerSecondMax?: number;
}

/** Looks at what decisions need to know from outside the log. */
export function observer({ contentStore, bytesPerSecondMax }: Observed) {
  return async ({ what, of }: Observation): Promise<unknown> => {
    if (what !== 'content') throw new Error(`nobody knows how to look at ${what}`);
    // What `contentCheck` of the domain asks for is the reference that the store gave.
    const ref = trust<ContentRef>(of);
    return findingOf(
      await contentStore.check(ref, bytesPerSecondMax === undefined ? {} : { bytesPerSecondMax }),
    );
  };
}

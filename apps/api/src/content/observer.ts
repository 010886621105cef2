import type { CheckOptions, ContentRef, ContentStore } from '#content-store';
import type { ContentFinding } from '#domain';
import { type Observation, trust } from '#event-sourcing';
import { findingOf } from './finding.js';

export interface Observed extends CheckOptions {
  readonly contentStore: Pick<ContentStore, 'check'>;
}

/** Looks at what decisions need to know from outside the log. Throws the reason of the signal when it aborts. */
export function observer({ contentStore, ...options }: Observed) {
  return async ({ what, of }: Observation): Promise<ContentFinding> => {
    if (what !== 'content') throw new Error(`nobody knows how to look at ${what}`);
    // What `contentCheck` of the domain asks for is the reference that the store gave.
    const ref = trust<ContentRef>(of);
    return findingOf(await contentStore.check(ref, options));
  };
}

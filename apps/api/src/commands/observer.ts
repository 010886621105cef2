import type { Observation } from '#event-sourcing';
import type { ApiOptions } from '../api-options.js';
import { observer as contentObserver } from '../content/observer.js';

/** Looks at one kind of thing outside the log; what it is asked of is what the decision named. */
type Look = (of: unknown) => Promise<unknown>;

/**
 * Looks at what decisions need to know from outside the log, by what is looked at. Throws where it cannot be known: a
 * decision is never made by a guess, and nothing was recorded then.
 */
export function observer({
  store,
  readModels,
  contentStore,
}: ApiOptions): (asked: Observation) => Promise<unknown> {
  const content = contentObserver({ contentStore });
  const looks = new Map<string, Look>([
    // At the head of the log as it is now, or the command is answered with `view-behind`.
    [
      'transmittedReferrals',
      async (of) => {
        const seen = { position: await store.head() };
        const { answer } = await readModels.queries.transmittedReferralsRelyingOn(String(of), seen);
        return { referralIds: answer };
      },
    ],
  ]);
  return (asked) => {
    const { what, of } = asked;
    if (what === 'content') return content(asked);
    const look = looks.get(what);
    if (look === undefined) throw new Error(`nobody can look at ${what} here`);
    return look(of);
  };
}

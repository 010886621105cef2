import type { RecordedEvent } from '#event-sourcing';

type Page = readonly RecordedEvent[];
type ReadAll = (after: bigint, limit: number) => Promise<Page>;

/** Pages kept for whoever comes to the same position a little later. */
const keptMax = 3;

/**
 * The same read, shared by subscriptions that stand at the same position: six projections read the log once, not six
 * times. What follows a position never changes, it only grows, so a page that was read can be given again, and the next
 * one begins after it. `moment` changes with every hint: a read that was begun before is not shared with whoever came
 * after, for it may have missed what the hint was about.
 */
export function sharedPages(readAll: ReadAll, moment: () => number): ReadAll {
  const pages = new Map<bigint, { page: Promise<Page>; begun: number; isRead: boolean }>();
  return async (after, limit) => {
    const known = pages.get(after);
    if (known && (known.isRead || known.begun === moment())) return known.page;
    const entry = { page: readAll(after, limit), begun: moment(), isRead: false };
    pages.delete(after);
    pages.set(after, entry);
    for (const oldest of pages.keys()) {
      if (pages.size <= keptMax) break;
      pages.delete(oldest);
    }
    try {
      const page = await entry.page;
      entry.isRead = page.length > 0;
      return page;
    } finally {
      // Nothing found, or no answer, says nothing about the next moment.
      if (!entry.isRead && pages.get(after) === entry) pages.delete(after);
    }
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { LogRewound, type RecordedEvent, StoreUnavailable } from '#event-sourcing';
import type { AppendHints } from './append-hints.js';

export interface SubscriptionBounds {
  /** An idle subscription looks again after this time at first, then ever later, with hints or without. */
  readonly pollMsMin: number;
  readonly pollMsMax: number;
  /**
   * A subscription that has reached the end of a busy log reads on at every multiple of this time: in batches, and at
   * the same moments as all others, which then share one read.
   */
  readonly tailMs: number;
  readonly pageEventsMax: number;
}

interface Source {
  /** Aborts when the store is closed. */
  readonly closing: AbortSignal;
  readonly readAll: (after: bigint, limit: number) => Promise<readonly RecordedEvent[]>;
  readonly hints: AppendHints;
  readonly bounds: SubscriptionBounds;
}

/** History and then live, by keyset pages; holds nothing on the server between two pages. */
export async function* subscription(
  { readAll, hints, bounds, closing }: Source,
  after: bigint,
  cancelled: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[]> {
  const { signal, release } = either(cancelled, closing);
  const unsubscribe = hints.subscribe();
  try {
    let position = after;
    let pauseMs = bounds.pollMsMin;
    while (!signal.aborted) {
      const { version } = hints;
      let outage = false;
      try {
        const page = await untilAborted(readAll(position, bounds.pageEventsMax), signal);
        const newest = page.at(-1);
        if (newest) {
          position = newest.position;
          pauseMs = bounds.pollMsMin;
          yield page;
          if (page.length < bounds.pageEventsMax) await nextTick(bounds.tailMs, signal);
          continue;
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || error instanceof LogRewound) throw error;
        outage = true;
      }
      if (outage) await delay(pauseMs * Math.random(), undefined, { signal }).catch(() => undefined);
      else await hints.wait(version, pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, bounds.pollMsMax);
    }
  } finally {
    unsubscribe();
    release();
  }
}

async function nextTick(everyMs: number, signal: AbortSignal): Promise<void> {
  await delay(everyMs - (performance.now() % everyMs), undefined, { signal }).catch(() => undefined);
}

/** A signal that aborts with the first of the two; `release` takes it off them. */
function either(one: AbortSignal, other: AbortSignal): { signal: AbortSignal; release: () => void } {
  const stop = new AbortController();
  const abort = () => stop.abort();
  for (const source of [one, other]) {
    if (source.aborted) abort();
    source.addEventListener('abort', abort);
  }
  const release = () => {
    for (const source of [one, other]) source.removeEventListener('abort', abort);
  };
  return { signal: stop.signal, release };
}

/** The page, or none when the signal aborts first; a read that is under way ends within its own time. */
async function untilAborted(
  reading: Promise<readonly RecordedEvent[]>,
  signal: AbortSignal,
): Promise<readonly RecordedEvent[]> {
  if (signal.aborted) return [];
  let aborted = () => {};
  const none = new Promise<readonly RecordedEvent[]>((resolve) => {
    aborted = () => resolve([]);
    signal.addEventListener('abort', aborted);
  });
  try {
    return await Promise.race([reading, none]);
  } finally {
    signal.removeEventListener('abort', aborted);
  }
}

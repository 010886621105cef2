import { setTimeout as delay } from 'node:timers/promises';

/** Something that goes on beside the requests. */
export interface Background {
  /** Aborts what is under way, and resolves when it has ended; may be called again. */
  stop(): Promise<void>;
}

export interface Waits {
  /** Before the first round: whoever starts has other work to do. */
  readonly firstAfterMs: number;
  /** Between the end of a round and the next. */
  readonly restMs: number;
}

/**
 * Works in rounds until it is stopped. A round that fails is told to `failed`, and tried again when the next is due: an
 * outage ends nothing.
 */
export function startRounds(
  round: () => Promise<void>,
  { firstAfterMs, restMs }: Waits,
  stopping: AbortController,
  failed: (error: unknown) => void,
): Background {
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    for (let waitMs = firstAfterMs; await rested(waitMs, signal); waitMs = restMs)
      try {
        await round();
      } catch (error) {
        if (!signal.aborted) failed(error);
      }
  };
  const running = run();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** Whether it is to go on. The wait keeps no process alive. */
const rested = (ms: number, signal: AbortSignal): Promise<boolean> =>
  delay(ms, true, { signal, ref: false }).catch(() => false);

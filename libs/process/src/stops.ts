import { setTimeout as delay } from 'node:timers/promises';

/** What was started and has to be stopped, in the order of the start. */
export type Stops = (() => Promise<void>)[];

/** Beyond the time that the API itself may take to stop: for closing connections, to a database that may be silent. */
const graceMs = 5_000;

/**
 * Stops everything, what was started last first. One that fails or takes longer than its time keeps no other from being
 * stopped. Rejects with all that went wrong.
 */
export async function stopAll(stops: Readonly<Stops>, timeoutMs: number): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops.toReversed())
    await within(timeoutMs + graceMs, stop).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, failures.map(messageOf).join('; '));
}

async function within(msMax: number, stop: () => Promise<void>): Promise<void> {
  const ended = new AbortController();
  const late = delay(msMax, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`something did not stop within ${msMax} ms and was left behind`);
  });
  try {
    await Promise.race([stop(), late]);
  } finally {
    ended.abort();
  }
}

/** The signals that ask to stop: of a terminal, of a service manager, and of a terminal that is closed. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The same error, or of a port that is taken one that says so and what to do. */
export function portInUse(error: unknown, port: number, remedy: string): unknown {
  const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isInUse ? new Error(`Port ${port} is in use. ${remedy}`, { cause: error }) : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

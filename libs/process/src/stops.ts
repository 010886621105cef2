import { setTimeout as delay } from 'node:timers/promises';

/** What was started and how it is stopped, in the order of the start. The name completes "… did not stop". */
export type Stops = [name: string, stop: () => Promise<void>][];

/** Beyond the time that the API itself may take to stop: for closing connections, to a database that may be silent. */
const defaultGraceMs = 5_000;

/**
 * Stops everything, what was started last first and each when the one before it has stopped. One that fails keeps no other
 * from being stopped. All of them together have `timeoutMs` and the grace; what has not had its turn by then is told to stop
 * at once, and has the grace once more. Rejects with all that went wrong, by name.
 */
export async function stopAll(
  stops: Readonly<Stops>,
  timeoutMs: number,
  graceMs = defaultGraceMs,
): Promise<void> {
  const failures: unknown[] = [];
  const left = new Set<string>();
  const stopped = async ([name, stop]: Stops[number]): Promise<void> => {
    left.add(name);
    try {
      await stop();
    } catch (cause) {
      failures.push(new Error(`${name} did not stop in order: ${messageOf(cause)}`, { cause }));
    }
    left.delete(name);
  };
  const ended = new AbortController();
  const late = after(timeoutMs + graceMs, ended.signal);
  const all: Promise<void>[] = [];
  for (const one of stops.toReversed()) {
    const done = stopped(one);
    all.push(done);
    await Promise.race([done, late]);
  }
  await Promise.race([Promise.all(all), late.then(() => after(graceMs, ended.signal))]);
  ended.abort();
  for (const name of left)
    failures.push(new Error(`${name} did not stop within ${timeoutMs + 2 * graceMs} ms and was left behind`));
  if (failures.length > 0) throw new AggregateError(failures, failures.map(messageOf).join('; '));
}

/** Resolves after so long, or when it is not waited for any more. */
const after = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/** The same error, or of a port that is taken one that says so and what to do. */
export function portInUse(error: unknown, port: number, remedy: string): unknown {
  const isInUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return isInUse ? new Error(`Port ${port} is in use. ${remedy}`, { cause: error }) : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

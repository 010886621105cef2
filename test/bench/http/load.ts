import { ended, inChild } from './child.js';
import type { ServerProcess } from './servers.js';

/** Connections that are always busy. */
export interface ClosedLoop {
  readonly url: string;
  /** Each case of the traffic belongs to one of these users, in turn. */
  readonly tokens: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

/** Requests at fixed times, whether or not earlier ones were answered. */
export interface OpenLoop {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

export interface LoadResult {
  /** Requests with a 2xx answer. */
  readonly accepted: number;
  readonly acceptedPerSecond: number;
  readonly failed: number;
  /** What went wrong most often. */
  readonly failures: string;
}

export interface LatencyResult extends LoadResult {
  /** From the time a request was due, not when it was sent, to the end of its answer. */
  readonly latenciesMs: readonly number[];
  /** The position of each receipt, and when it had arrived, in milliseconds since the epoch. */
  readonly acknowledged: readonly { readonly position: string; readonly at: number }[];
}

const graceMs = 30_000;

/** @throws Error when any request was not accepted: the rate would be one of something else. */
export async function keepBusy(
  { url, tokens }: ServerProcess,
  load: Pick<ClosedLoop, 'connections' | 'seconds'>,
): Promise<LoadResult> {
  return generated<LoadResult>('./closed-loop.js', { url, tokens, ...load });
}

/** @throws Error when any request was not accepted. */
export async function askSteadily(
  { url, tokens }: ServerProcess,
  load: Pick<OpenLoop, 'perSecond' | 'seconds'>,
): Promise<LatencyResult> {
  return generated<LatencyResult>('./open-loop.js', { url, tokens, ...load });
}

async function generated<T extends LoadResult>(module: string, load: ClosedLoop | OpenLoop): Promise<T> {
  const timeoutMs = load.seconds * 1000 + graceMs;
  const { answer, child } = await inChild<T>(new URL(module, import.meta.url), load, { timeoutMs });
  await ended(child);
  const { accepted, failed, failures } = answer;
  if (failed > 0) throw new Error(`${failed} of ${accepted + failed} requests failed: ${failures}`);
  return answer;
}

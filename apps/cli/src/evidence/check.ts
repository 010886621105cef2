import { randomUUID } from 'node:crypto';
import { inParallel } from '../import/sending/in-parallel.js';
import { CommandRejected, type InquestClient, OutcomeUnknown } from '../import/sending/inquest-client.js';
import { type FoundBreach, type HeldContent, lookAt, pathOf } from './held-content.js';

/** How far the check of all content is. */
export interface Progress {
  contents: number;
  bytes: number;
  intact: number;
  readonly breached: Broken[];
  readonly failed: Failed[];
}

export interface Broken extends HeldContent {
  readonly breaches: readonly FoundBreach[];
}

/** Content of which nothing was found out. */
export interface Failed extends HeldContent {
  readonly reason: string;
}

export const notBegun = (): Progress => ({ contents: 0, bytes: 0, intact: 0, breached: [], failed: [] });

/** Hashing takes the server a core; two keep it busy while one waits for the disk. */
const atATime = 2;
/** A store that is slower than this is taken for one that has fallen silent. */
const bytesPerSecondMin = 1024 * 1024;
const answerMsMin = 60_000;
/** The longest that a timer can be told, 49 days. */
const answerMsMax = 2 ** 32 - 1;

/**
 * Has all of this content hashed again, and adds what came of it to `progress`. When `stop` aborts, what is under way is
 * finished.
 *
 * @throws ImportStopped as the client does; what was found until then is in `progress`.
 */
export async function checkAll(
  contents: readonly HeldContent[],
  client: InquestClient,
  progress: Progress,
  stop: AbortSignal,
): Promise<void> {
  const run = randomUUID();
  await inParallel(until(stop, contents), atATime, async (content) => {
    try {
      await check(client, content, run);
      const found = await lookAt(client, content);
      if (found === 'intact') progress.intact += 1;
      else if (found !== 'unknown') progress.breached.push({ ...content, breaches: found });
      else progress.failed.push({ ...content, reason: 'was stored anew meanwhile' });
    } catch (error) {
      if (!(error instanceof CommandRejected || error instanceof OutcomeUnknown)) throw error;
      progress.failed.push({ ...content, reason: error.message });
    }
    progress.contents += 1;
    progress.bytes += content.length;
  });
}

/** The key belongs to this run: a later run is another command, and looks again. */
async function check(client: InquestClient, { id, copyId, length }: HeldContent, run: string): Promise<void> {
  const answerMs = answerMsMin + Math.ceil((length / bytesPerSecondMin) * 1000);
  const body = copyId === undefined ? {} : { copyId };
  const key = `check/${run}/${copyId ?? 'item'}`;
  await client.command(`${pathOf(id)}/check-integrity`, body, key, Math.min(answerMs, answerMsMax));
}

async function* until<T>(stop: AbortSignal, all: Iterable<T>): AsyncGenerator<T> {
  for (const one of all) {
    if (stop.aborted) return;
    yield one;
  }
}

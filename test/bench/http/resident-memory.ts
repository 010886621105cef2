import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const sampleMs = 100;
const settleMs = 3_000;

export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`the resident memory of process ${pid} is not known`);
  return Number(kilobytes) / 1024;
}

/** The resident memory of a process before and while something goes on, and some seconds after `settle` was called. */
export async function residentWhile<T>(
  pid: number,
  work: (settle: () => Promise<void>) => Promise<T>,
): Promise<{ readonly result: T; readonly before: number; readonly peak: number; readonly after: number }> {
  const before = await residentMiB(pid);
  let [peak, after] = [before, before];
  const over = new AbortController();
  const sample = async () => {
    while (!over.signal.aborted) {
      after = await residentMiB(pid);
      peak = Math.max(peak, after);
      await delay(sampleMs);
    }
  };
  const sampling = sample().catch(() => undefined); // it ended: whoever works with it says so
  try {
    const result = await work(() => delay(settleMs));
    return { result, before, peak, after };
  } finally {
    over.abort();
    await sampling;
  }
}

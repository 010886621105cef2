import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

const pollMs = 4;

/** When which positions were in every view, as far as asking every few milliseconds shows. */
export interface Seen {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly position: bigint;
}

/** The clock of this machine, the same in every process on it. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/** Watches the views of a database while something goes on; what was seen grows meanwhile. */
export async function whileWatching<T>(url: string, work: (seen: readonly Seen[]) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // the query under way fails with it
  await client.connect();
  const seen: Seen[] = [];
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const { rows } = await client.query<{ position: string | null }>({
        name: 'least',
        text: 'SELECT min(position) AS position FROM projections.checkpoints',
      });
      const position = BigInt(rows[0]?.position ?? 0);
      if (position > (seen.at(-1)?.position ?? 0n)) seen.push({ at: nowMs(), position });
      await delay(pollMs);
    }
  })();
  watching.catch(() => undefined); // heard of below
  try {
    const result = await work(seen);
    over.abort();
    await watching;
    return result;
  } finally {
    over.abort();
    await client.end();
  }
}

/** How long after its acknowledgement each position was in every view. Throws when one never was. */
export function visibleAfterMs(
  acknowledged: readonly { readonly position: string; readonly at: number }[],
  seen: readonly Seen[],
): number[] {
  return acknowledged.map(({ position, at }) => {
    const shown = seen.find((one) => one.position >= BigInt(position));
    if (!shown) throw new Error(`position ${position} was never in every view`);
    return Math.max(0, shown.at - at);
  });
}

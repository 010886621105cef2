/** One of the things that are compared, in runs that alternate. */
export interface Contender {
  readonly name: string;
  /** One run of bounded length; gives its result. */
  run(): Promise<number>;
}

/**
 * Runs the contenders in turn, `rounds` times, and gives the median of each, in their order. Every second round goes
 * backwards, so that a machine that gets slower or busier meanwhile does so for all. The first round only warms up.
 */
export async function interleaved(
  contenders: readonly Contender[],
  rounds: number,
  progress: (line: string) => void,
): Promise<number[]> {
  const results = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    const order = [...contenders.keys()];
    for (const index of round % 2 === 0 ? order : order.toReversed()) {
      const contender = contenders[index];
      if (contender === undefined) continue;
      const result = await contender.run();
      progress(
        `${round === 0 ? 'warm-up' : `run ${round} of ${rounds}`}: ${contender.name} ${rounded(result)}`,
      );
      if (round > 0) results[index]?.push(result);
    }
  }
  return results.map(median);
}

/** @throws RangeError for no numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError('the median of no numbers');
  return (low + high) / 2;
}

/**
 * The smallest number that at least this share (0 to 1) of all numbers does not exceed (nearest rank).
 * @throws RangeError for no numbers.
 */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const found = sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1];
  if (found === undefined) throw new RangeError('a percentile of no numbers');
  return found;
}

/** Three significant digits; whole numbers stay whole. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/**
 * How often per second `work` is done when `inFlight` callers do it over and over. Every call that began is waited for
 * and counted.
 */
export async function perSecond(
  { inFlight, durationMs }: { readonly inFlight: number; readonly durationMs: number },
  work: (caller: number) => Promise<unknown>,
): Promise<number> {
  const begun = performance.now();
  let done = 0;
  const caller = async (number: number): Promise<void> => {
    while (performance.now() - begun < durationMs) {
      await work(number);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, number) => caller(number)));
  return (done * 1000) / (performance.now() - begun);
}

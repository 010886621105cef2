/**
 * Works through what an iterable gives, `concurrency` at a time, and takes the next one only when a place is free: what
 * is read ahead is bounded. After a failure nothing more is taken, what is under way ends, and the failure is thrown.
 */
export async function inParallel<T>(
  items: AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const failure = new AbortController();
  const worker = async (): Promise<void> => {
    try {
      while (!failure.signal.aborted) {
        const next = await iterator.next();
        if (next.done) return;
        await work(next.value);
      }
    } catch (error) {
      failure.abort();
      throw error;
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  await iterator.return?.();
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

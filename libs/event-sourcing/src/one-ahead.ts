/** The same items, the next one being fetched while the last is worked on; never more than one ahead. */
export async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = settled(iterator.next());
  try {
    for (;;) {
      const { result, error } = await next;
      if (error !== undefined) throw error;
      if (!result || result.done) return;
      next = settled(iterator.next());
      yield result.value;
    }
  } finally {
    // Whoever leaves early must not wait for an item that may never come.
    void iterator.return?.().catch(() => undefined);
  }
}

/** A rejection that nobody waits for yet must not end the process. */
async function settled<T>(next: Promise<IteratorResult<T, unknown>>) {
  try {
    return { result: await next };
  } catch (error) {
    return { error: error ?? new Error('the feed failed') };
  }
}

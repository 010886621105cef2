/**
 * The same items until the signal aborts, which is noticed also while the source gives nothing.
 *
 * @throws the reason of the signal.
 */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal?: AbortSignal,
): AsyncGenerator<T, void> {
  if (signal === undefined) {
    yield* source;
    return;
  }
  signal.throwIfAborted();
  const items = source[Symbol.asyncIterator]();
  // One promise for each item: racing all of them against one that lives long would hold every item in memory.
  let abandon: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => abandon(signal.reason);
  signal.addEventListener('abort', onAbort);
  let ended = false;
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        abandon = reject;
        if (signal.aborted) reject(signal.reason);
        else items.next().then(resolve, reject);
      });
      ended = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that has fallen silent would hold up the abort. What it throws now concerns nobody.
    if (!ended) Promise.resolve(items.return?.()).catch(() => undefined);
  }
}

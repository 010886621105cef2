/** Several workers, each taking the next when it is done; the outcomes in their order. */
export async function atOnce<T>(
  workers: number,
  count: number,
  task: (n: number) => Promise<T>,
): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const n = next;
      next += 1;
      done[n] = await task(n);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return done;
}

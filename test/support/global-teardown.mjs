// Waits until the run's servers are gone, so that nothing of it is left when jest ends.
import { once } from 'node:events';

export default async function globalTeardown() {
  const keeper = globalThis.inquestKeeper;
  if (keeper === undefined || keeper.exitCode !== null) return;
  keeper.ref();
  const exited = once(keeper, 'exit');
  keeper.stdin.end();
  await exited;
}

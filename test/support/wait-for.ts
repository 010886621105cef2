import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 20;
type Awaitable<T> = T | Promise<T>;

/**
 * Waits until the condition gives something other than undefined, null and false, and returns it.
 *
 * @throws Error naming what was waited for after `msMax`.
 */
export async function waitFor<T>(
  what: string,
  condition: () => Awaitable<T | undefined | null | false>,
  msMax = 30_000,
): Promise<T> {
  const deadline = Date.now() + msMax;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() >= deadline) throw new Error(`Waited ${msMax} ms in vain for: ${what}`);
    await delay(pollMs);
  }
}

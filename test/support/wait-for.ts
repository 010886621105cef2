import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 20;

/**
 * Waits until the condition gives something other than undefined and false, and returns it.
 *
 * @throws Error naming what was waited for after `msMax`.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  msMax = 30_000,
): Promise<T> {
  const deadline = Date.now() + msMax;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (Date.now() >= deadline) throw new Error(`Waited ${msMax} ms in vain for: ${what}`);
    await delay(pollMs);
  }
}

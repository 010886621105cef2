import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { projectDir } from './spawn-module.js';

/** Whether a suite can have what it needs; if not, the reason in a few words. */
export type Availability =
  { readonly available: true } | { readonly available: false; readonly reason: string };

/**
 * A suite that needs something this machine may lack. Where it lacks it, its tests count as skipped, and the end of
 * the run gives the reason (test/run.mjs reads it from the suite's name).
 */
export function describeWith(need: Availability, name: string, suite: () => void): void {
  if (need.available) describe(name, suite);
  else skippedSuite(`${name} ${skippedBecause}${need.reason}]`, suite);
}

/** Begins the reason in the name of a skipped suite. */
const skippedBecause = '[skipped: ';
const skippedSuite = describe.skip;

/** A file or folder of real public data, which lies beside the project and is no part of it. */
export function sharedData(name: string): Availability & { readonly path: string } {
  const path = resolve(projectDir, '..', 'shared', 'data', name);
  return existsSync(path)
    ? { available: true, path }
    : { available: false, reason: `no ../shared/data/${name} beside the project`, path };
}

/** Some things only happen to root. */
export function rootUser(): Availability {
  return process.getuid?.() === 0
    ? { available: true }
    : { available: false, reason: 'this user is not root' };
}

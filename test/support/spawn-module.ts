import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The top folder of the project. */
export const projectDir = resolve(import.meta.dirname, '..', '..');

/**
 * Runs a piece of TypeScript-free module code in a Node process of its own, in which `import` reads the project's
 * TypeScript sources: `import … from './apps/…/start.ts'`, relative to the project's folder, and `#libraries`.
 * `engine` are flags of V8.
 */
export function spawnModule(
  code: string,
  args: readonly string[] = [],
  engine: readonly string[] = [],
): ChildProcess {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('./typescript.mjs')).href;
  return spawn(
    process.execPath,
    [...engine, '--import', loader, '--input-type=module', '--eval', code, '--', ...args],
    { cwd: projectDir, stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

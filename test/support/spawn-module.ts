import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The top folder of the project. */
export const projectDir = resolve(import.meta.dirname, '..', '..');

/**
 * Runs a piece of module code in a Node process of its own, in which `import` finds what was built: `#libraries`, and
 * './dist/…' of the project's folder. `options` are those of Node.
 */
export function spawnModule(
  code: string,
  args: readonly string[] = [],
  options: readonly string[] = [],
): ChildProcess {
  return spawn(process.execPath, [...options, '--input-type=module', '--eval', code, '--', ...args], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { projectDir } from './spawn-module.js';

/** Runs `inquest` as built, as from a terminal, with these variables and no other of ours. */
export async function inquest(args: readonly string[], environment: Record<string, string> = {}) {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('INQUEST_'));
  const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', ...args], {
    cwd: projectDir,
    env: { ...Object.fromEntries(others), ...environment },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
}

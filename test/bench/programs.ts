import { spawn } from 'node:child_process';
import type { WriteStream } from 'node:fs';
import { text } from 'node:stream/consumers';

const programMsMax = 10 * 60_000;

/** Runs a program of the system and gives the seconds that it took. Rejects with its words when it fails. */
export async function run(program: string, args: readonly string[], output?: WriteStream): Promise<number> {
  const begun = performance.now();
  await outputOf(program, args, output);
  return (performance.now() - begun) / 1000;
}

/** What it wrote on standard output, unless that goes elsewhere. */
export async function outputOf(
  program: string,
  args: readonly string[],
  output?: WriteStream,
): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', output ?? 'pipe', 'pipe'], timeout: programMsMax });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const [code, said, wrong] = await Promise.all([
    exit,
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${wrong}`);
  return said;
}

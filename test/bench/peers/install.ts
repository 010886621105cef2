import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench } from '../figure.js';

const outputCharsMax = 1_000;

/** The packages of test/bench/package.json, which are installed when a peer is first measured. */
export interface PeerPackages {
  /** Loads a package; what it exports is the peer's business. */
  load(name: string): Promise<unknown>;
  /** The path of a file in a package. */
  path(name: string, file: string): string;
  version(name: string): Promise<string>;
}

/** @throws Error when npm cannot install them, for instance without a network. */
export async function peerPackages(bench: Bench): Promise<PeerPackages> {
  const folder = join(bench.root, 'test', 'bench');
  if (!(await installed(folder))) {
    bench.progress('installing the peers (once)');
    await install(folder);
  }
  const require = createRequire(join(folder, 'package.json'));
  const path = (name: string, file: string) => join(folder, 'node_modules', name, file);
  return {
    load: (name) => import(pathToFileURL(require.resolve(name)).href),
    path,
    version: async (name) => String(JSON.parse(await readFile(path(name, 'package.json'), 'utf8')).version),
  };
}

/** Whether npm's own record of what it installed is at least as new as what the lock file asks for. */
async function installed(folder: string): Promise<boolean> {
  const [record, wanted] = await Promise.all(
    ['node_modules/.package-lock.json', 'package-lock.json'].map((file) =>
      stat(join(folder, file)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return record !== undefined && wanted !== undefined && record > 0 && record >= wanted;
}

async function install(folder: string): Promise<void> {
  const child = spawn('npm', ['ci', '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-outputCharsMax));
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`"npm ci" in test/bench failed: ${output.trim()}`);
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Availability } from './available.js';
import { environmentWithoutSettings } from './environment.js';
import { projectDir } from './spawn-module.js';

/** moto, a server of AWS's protocols (https://docs.getmoto.org), with the services that tests use. */
export interface Moto {
  readonly url: string;
  /** Takes requests and answers none, until `resume`. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const requirements = join(import.meta.dirname, 'moto-requirements.txt');
const environments = join(projectDir, 'node_modules', '.cache', 'inquest-moto');
const installMsMax = 300_000;
const startMsMax = 60_000;

/** Ends when its standard input closes, so also when whoever started it was killed. */
const server = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(['-H', '127.0.0.1', '-p', '0'])
`;

/** Whether moto can run here; installs it, once for each content of its requirements. */
export async function motoHere(): Promise<Availability & { readonly python: string }> {
  const unavailable = (reason: string) => ({ available: false, reason, python: '' }) as const;
  const isPython = ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'];
  if (!(await succeeds('python3', isPython))) return unavailable('no python3, 3.10 or newer, with venv');
  const name = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 16);
  const environment = join(environments, name);
  const python = join(environment, 'bin', 'python');
  if (existsSync(python)) return { available: true, python };
  return (await install(environment)) ? { available: true, python } : unavailable('moto cannot be installed');
}

/** Starts a server of a suite's own, without any key or bucket. Stop it when done. */
export async function startMoto(python: string): Promise<Moto> {
  const child = spawn(python, ['-c', server], {
    env: { ...environmentWithoutSettings(), PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const url = await urlOf(child);
  return {
    url,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** It says on standard error which port it got. */
async function urlOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('moto has no standard error');
  const said: string[] = [];
  const tooLong = setTimeout(() => child.kill('SIGKILL'), startMsMax);
  try {
    for await (const line of createInterface({ input: child.stderr })) {
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (url !== undefined) return url;
      said.push(line);
    }
  } finally {
    clearTimeout(tooLong);
    child.stderr.resume(); // It logs each request, and would wait for a reader.
  }
  throw new Error(`moto did not start: ${said.join('\n')}`);
}

/**
 * Installs into a folder of its own and then gives it its name in one step: of two test processes that do so at once
 * one wins. A virtual environment may be moved when only its `bin/python` is used.
 */
async function install(environment: string): Promise<boolean> {
  const draft = `${environment}.${randomUUID()}`;
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  try {
    const isInstalled =
      (await succeeds('python3', ['-m', 'venv', draft])) &&
      (await succeeds(join(draft, 'bin', 'python'), pip));
    if (isInstalled) await rename(draft, environment).catch(() => undefined); // The other one won.
    return existsSync(environment);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  const options = { env: environmentWithoutSettings(), timeout: installMsMax };
  return run(program, args, options).then(
    () => true,
    () => false,
  );
}

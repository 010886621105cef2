import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from './error-code.js';

/** A running server as its `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** A fast shutdown writes a checkpoint, which takes a while on a slow disk. */
const fastShutdownMsMax = 60_000;
const forcedShutdownMsMax = 10_000;
const emptyMsMax = 1_000;
const pollMs = 20;

const run = promisify(execFile);

/**
 * The server that runs on this cluster at this moment, or undefined. A `postmaster.pid` left by a crash is not
 * believed: its number may belong to any process by now, so the process itself is looked at.
 */
export async function livePostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  const lines = ((await readPidFile(clusterDir)) ?? '').split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return (await runsOn(pid, clusterDir)) ? { pid, port: Number.isInteger(port) ? port : 0 } : undefined;
}

/**
 * Removes a `postmaster.pid` whose process is no server of this cluster. PostgreSQL itself only removes one whose
 * process has ended, and refuses to start when its number now belongs to another process of the same user, or when the
 * file is empty, as a crash may leave it.
 */
export async function removeStalePidFile(clusterDir: string): Promise<void> {
  const text = await readPidFile(clusterDir);
  if (text === undefined || (await livePostmaster(clusterDir)) !== undefined) return;
  // A server that starts writes its file the moment it has made it.
  if (text === '') await delay(emptyMsMax);
  // The same text as before the look: not the file of a server that has started meanwhile.
  if (text === (await readPidFile(clusterDir))) await rm(join(clusterDir, 'postmaster.pid'), { force: true });
}

/** Nothing where there is none. */
async function readPidFile(clusterDir: string): Promise<string | undefined> {
  return readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => undefined);
}

/** Whether this process is a PostgreSQL server whose data directory is the cluster. A zombie is not. */
export async function runsOn(pid: number, clusterDir: string): Promise<boolean> {
  const cluster = await realpath(clusterDir).catch(() => clusterDir);
  if (process.platform === 'linux') {
    // PostgreSQL makes its data directory its working directory.
    const [cwd, command] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''),
    ]);
    return cwd === cluster && command.trim() === 'postgres';
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return /(^|\/)postgres /.test(stdout) && (stdout.includes(cluster) || stdout.includes(clusterDir));
}

/**
 * Stops a server and waits until it is gone: a fast shutdown first, which rolls open transactions back and
 * writes a checkpoint; if that takes longer than a minute an immediate one, and at last a kill. The last two
 * lose nothing that was committed: the next start replays the write-ahead log.
 *
 * @returns how it went down.
 * @throws Error when the process is still there after all three.
 */
export async function shutDown(pid: number, clusterDir: string): Promise<'fast' | 'immediate' | 'killed'> {
  const steps = [
    ['SIGINT', 'fast', fastShutdownMsMax],
    ['SIGQUIT', 'immediate', forcedShutdownMsMax],
    ['SIGKILL', 'killed', forcedShutdownMsMax],
  ] as const;
  for (const [signal, outcome, msMax] of steps) {
    if (await runsOn(pid, clusterDir)) signalProcess(pid, signal);
    if (await gone(pid, clusterDir, msMax)) return outcome;
  }
  throw new Error(
    `The PostgreSQL server (process ${pid}) on ${clusterDir} does not stop, not even by SIGKILL. ` +
      'It probably waits for the disk: check the machine.',
  );
}

/** Waits until the process no longer serves the cluster; false when it still does after `msMax`. */
export async function gone(pid: number, clusterDir: string, msMax: number): Promise<boolean> {
  const deadline = Date.now() + msMax;
  while (await runsOn(pid, clusterDir)) {
    if (Date.now() >= deadline) return false;
    await delay(pollMs);
  }
  return true;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the look and the signal.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

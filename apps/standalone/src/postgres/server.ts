import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type Cluster, serverEnvironment, superuser } from './cluster.js';
import { errorCode } from './error-code.js';
import { ownerPrefix } from './ownership.js';

/** Where the server listens: loopback only, with a password (SCRAM). */
export const host = '127.0.0.1';

/** A server process that this process started. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Settles when the process is gone, however it ended. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
}

/** Crash recovery replays the write-ahead log before the server answers, which may take minutes. */
const readyMsMax = 600_000;
const pollMs = 25;
const slowAfterMs = 5_000;
const logBytesMax = 1_048_576;
const logTailBytes = 4_096;

/**
 * Messages of clients (ERROR and below) stay out of the log: they quote the values of statements, and the log is
 * no place for a witness's name. Clients get them anyway.
 */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: host,
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** Why a server did not come up, with the end of its log. */
export class ServerFailed extends Error {
  override readonly name = 'ServerFailed';
  constructor(
    readonly log: string,
    cluster: Cluster,
  ) {
    super(`PostgreSQL did not start on ${cluster.dir}. The end of ${cluster.logFile} says:\n${log}`);
  }

  /**
   * Whether another attempt may go better: the port was taken after it was found free, another process has just
   * started a server here, or processes of a server that was killed have not ended yet.
   */
  get mayPass(): boolean {
    return /could not create any TCP|lock file .* (?:already exists|is empty)|shared memory block .* still in use/.test(
      this.log,
    );
  }
}

/**
 * Starts a server on the cluster and waits until it answers. The server is detached: a signal to our terminal
 * or the death of this process leaves it running, so that only a graceful stop or the next start ends it.
 *
 * @throws ServerFailed when the process ends before it answers.
 */
export async function launch(
  cluster: Cluster,
  port: number,
  extra: Readonly<Record<string, string>>,
  progress: (line: string) => void,
): Promise<ServerProcess> {
  const log = await openLog(cluster.logFile);
  const logStart = (await log.stat()).size;
  const options = Object.entries({ ...settings, cluster_name: `${ownerPrefix}${process.pid}`, ...extra });
  const child = spawn(
    cluster.binaries.postgres,
    [
      '-D',
      cluster.dir,
      '-p',
      String(port),
      ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    {
      ...cluster.user.ids,
      cwd: '/',
      detached: true,
      env: serverEnvironment,
      stdio: ['ignore', log.fd, log.fd],
    },
  );
  const server = track(child, port);
  try {
    if (server === undefined) throw await spawnError(child, cluster);
    child.unref();
    if (await answers(cluster, server, progress)) return server;
    throw new ServerFailed(await readFrom(log, logStart), cluster);
  } finally {
    await log.close();
  }
}

/** The superuser's connection URL for one database of the cluster. */
export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://${superuser}:${cluster.password}@${host}:${port}/${encodeURIComponent(database)}`;
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('This machine gave no free TCP port on loopback.')),
      );
    });
  });
}

function track(child: ChildProcess, port: number): ServerProcess | undefined {
  if (child.pid === undefined) return undefined;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid,
    port,
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
  };
}

async function spawnError(child: ChildProcess, cluster: Cluster): Promise<Error> {
  const cause: unknown = await new Promise((resolve) => child.once('error', resolve));
  return new Error(`PostgreSQL (${cluster.binaries.postgres}) cannot be run as ${cluster.user.name}.`, {
    cause,
  });
}

/** False when the process ended instead. */
async function answers(
  cluster: Cluster,
  server: ServerProcess,
  progress: (line: string) => void,
): Promise<boolean> {
  const begun = Date.now();
  let told = begun;
  while (Date.now() - begun < readyMsMax) {
    if (server.hasExited()) return false;
    if (await accepts(urlOf(cluster, server.port, 'postgres'))) return true;
    if (Date.now() - told >= slowAfterMs) {
      told = Date.now();
      progress(`PostgreSQL is recovering from its log (${Math.round((told - begun) / 1000)} s)`);
    }
    await delay(pollMs);
  }
  throw new Error(
    `PostgreSQL (process ${server.pid}) on ${cluster.dir} has not answered for ${readyMsMax / 60_000} minutes; ` +
      `see ${cluster.logFile}. It is left running, since it may still be recovering: start again later.`,
  );
}

async function accepts(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // The server may end at any moment here; the loop sees that by itself.
  try {
    await client.connect();
    return true;
  } catch (error) {
    // Refused: not listening yet. 57P03: starting up or recovering. Anything else will not go away by waiting.
    if (isNotYet(error)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether a failed connection says that the server is on its way up or down. */
export function isNotYet(error: unknown): boolean {
  // Without a code: the driver says that the connection ended.
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P03', '57P01', ''].includes(errorCode(error));
}

async function openLog(file: string): Promise<FileHandle> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > logBytesMax) await rename(file, `${file}.old`);
  return open(file, 'a+', 0o600);
}

async function readFrom(log: FileHandle, start: number): Promise<string> {
  const { size } = await log.stat();
  const from = Math.max(start, size - logTailBytes);
  const { buffer, bytesRead } = await log.read(Buffer.alloc(size - from), 0, size - from, from);
  return buffer.toString('utf8', 0, bytesRead).trim();
}

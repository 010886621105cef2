import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openCluster } from '../../apps/standalone/src/postgres/cluster.js';
import { errorCode } from '../../apps/standalone/src/postgres/error-code.js';
import { gone, shutDown } from '../../apps/standalone/src/postgres/postmaster.js';
import { freePort, launch, urlOf } from '../../apps/standalone/src/postgres/server.js';
import { runFolder } from './environment.js';

/** A server of a suite's own, on its own folder, that may be killed. Its URL stays the same. */
export interface PrivatePostgres {
  /** The superuser's URL of the database `postgres`. */
  readonly ownerUrl: string;
  /** Everything that it writes is in here: tables, write-ahead log, its own log. */
  readonly dataDir: string;
  /** The server's process now. */
  readonly pid: number;
  /** SIGKILL to the server and all its processes; settles when they are gone. */
  kill9(): Promise<void>;
  /** Starts it again on the same folder and port; settles when it answers. */
  restart(): Promise<void>;
  /** Stops it in order and removes the folder. */
  stop(): Promise<void>;
}

const run = promisify(execFile);
const goneMsMax = 10_000;

/**
 * Starts a server with fsync on, as in production. `settings` are PostgreSQL's, such as `max_connections`.
 * The run removes it at its end even when the suite does not.
 */
export async function privatePostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PrivatePostgres> {
  const dataDir = await mkdtemp(join(runFolder(), 'private-'));
  const cluster = await openCluster(dataDir, () => undefined);
  const port = await freePort();
  const start = () => launch(cluster, port, settings, () => undefined);
  let server = await start();
  return {
    ownerUrl: urlOf(cluster, port, 'postgres'),
    dataDir,
    get pid() {
      return server.pid;
    },
    async kill9() {
      const family = [server.pid, ...(await childrenOf(server.pid))];
      family.forEach(kill);
      for (const pid of family) {
        if (!(await gone(pid, cluster.dir, goneMsMax))) throw new Error(`Process ${pid} survived SIGKILL.`);
      }
    },
    async restart() {
      if (!server.hasExited()) await shutDown(server.pid, cluster.dir);
      server = await start();
    },
    async stop() {
      await shutDown(server.pid, cluster.dir);
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

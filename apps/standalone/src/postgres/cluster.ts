import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries, findBinaries } from './binaries.js';
import { errorCode } from './error-code.js';
import { type ServerUser, assertReachable, serverUser } from './server-user.js';

/** An initialised database cluster in a data folder, and what is needed to run a server on it. */
export interface Cluster {
  /** PostgreSQL's own folder (PGDATA), inside the data folder. */
  readonly dir: string;
  /** Where the server writes its log. */
  readonly logFile: string;
  /** The superuser's password. */
  readonly password: string;
  readonly user: ServerUser;
  readonly binaries: Binaries;
}

/** The role that owns the cluster. */
export const superuser = 'postgres';

/**
 * Order and case come from PostgreSQL's own C.UTF-8, the same on every machine. Trigrams and the text parser still
 * ask the system what a letter is, and with plain C would see none in Arabic or Cyrillic.
 */
const characterClasses = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';

const run = promisify(execFile);
const initdbMsMax = 120_000;
const unfinishedPrefix = 'postgres-unfinished-';
/** Folders in which this process is building a cluster. */
const building = new Set<string>();

/**
 * Opens the cluster of a data folder, and makes it when there is none. Any number of processes may do so at the
 * same time, and each may be killed at any point: the cluster is built in a folder of its own and becomes visible
 * by one rename, which only the first can do.
 *
 * @param dataDir made with mode 0700 when missing; 0711 for root, since PostgreSQL then runs as another user.
 * @throws Error when the folder cannot be used, saying which and why.
 */
export async function openCluster(dataDir: string, progress: (line: string) => void): Promise<Cluster> {
  const folder = resolve(dataDir);
  const dir = join(folder, 'postgres');
  const binaries = findBinaries();
  const user = await serverUser(dir);
  await makeFolder(folder, user);
  await assertReachable(binaries.postgres, user);
  await assertReachable(folder, user);
  await removeUnfinished(folder);
  const found = await versionOf(dir);
  const password = await readPassword(join(folder, 'postgres.password'), found !== undefined);
  const cluster = { dir, logFile: join(folder, 'postgres.log'), password, user, binaries };
  if (found === undefined) {
    progress('Creating the database (a few seconds)');
    await initialise(cluster, folder);
  } else {
    await assertSameVersion(cluster, found);
  }
  return cluster;
}

/** The environment of PostgreSQL's programs: nothing of ours, so that no PG… variable leads them elsewhere. */
export const serverEnvironment: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };

/** A folder that is there already keeps its mode, except that root must let the server's user pass through it. */
async function makeFolder(folder: string, user: ServerUser): Promise<void> {
  try {
    const made = (await mkdir(folder, { recursive: true })) !== undefined;
    const { mode } = await stat(folder);
    if (made) await chmod(folder, user.ids === undefined ? 0o700 : 0o711);
    else if (user.ids !== undefined && (mode & 0o001) === 0) await chmod(folder, (mode & 0o777) | 0o001);
  } catch (cause) {
    throw new Error(
      `The data folder ${folder} cannot be made or used by ${currentUser()} (${errorCode(cause)}).`,
      {
        cause,
      },
    );
  }
}

/** A folder of a process that was killed while it built a cluster; one that still runs keeps its own. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const builder = new RegExp(`^${unfinishedPrefix}(\\d+)-`).exec(name)?.[1];
    if (builder === undefined || building.has(join(folder, name))) continue;
    // In a container a killed process and this one may well have the same number.
    if (Number(builder) === process.pid || !isAlive(Number(builder))) {
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

async function initialise(cluster: Cluster, folder: string): Promise<void> {
  const workshop = await mkdtemp(join(folder, `${unfinishedPrefix}${process.pid}-`));
  building.add(workshop);
  const built = join(workshop, 'cluster');
  const passwordFile = join(workshop, 'password');
  try {
    await writeNew(passwordFile, cluster.password);
    if (cluster.user.ids !== undefined) {
      await chown(workshop, cluster.user.ids.uid, cluster.user.ids.gid);
      await chown(passwordFile, cluster.user.ids.uid, cluster.user.ids.gid);
    }
    await initdb(cluster, built, passwordFile);
    await rename(built, cluster.dir);
    await syncFolder(folder);
  } catch (error) {
    // Another process was faster; its cluster has the same password and serves as well.
    if ((await versionOf(cluster.dir)) === undefined) throw error;
  } finally {
    await rm(workshop, { recursive: true, force: true });
    building.delete(workshop);
  }
}

async function initdb(cluster: Cluster, target: string, passwordFile: string): Promise<void> {
  const options = [
    `--pgdata=${target}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    `--lc-ctype=${characterClasses}`,
  ];
  try {
    await run(cluster.binaries.initdb, options, {
      ...cluster.user.ids,
      cwd: dirname(target),
      env: serverEnvironment,
      timeout: initdbMsMax,
    });
  } catch (cause) {
    const said =
      typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Error(`PostgreSQL's initdb failed in ${dirname(target)}: ${said || String(cause)}`, { cause });
  }
}

async function versionOf(clusterDir: string): Promise<string | undefined> {
  try {
    return (await readFile(join(clusterDir, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new Error(
      `The database in ${clusterDir} cannot be read by ${currentUser()}: was it made by another user?`,
      {
        cause: error,
      },
    );
  }
}

async function assertSameVersion(cluster: Cluster, found: string): Promise<void> {
  const { stdout } = await run(cluster.binaries.postgres, ['--version'], { env: serverEnvironment });
  const ours = /\) (\d+)/.exec(stdout)?.[1];
  if (found === ours) return;
  throw new Error(
    `The database in ${cluster.dir} was made by PostgreSQL ${found}, and this release of Inquest runs PostgreSQL ` +
      `${ours}. Export it with the release that made it, and restore it into a new data folder with this one.`,
  );
}

/** The password is made once. It is linked into place complete, so that nobody ever reads half of it. */
async function readPassword(file: string, clusterExists: boolean): Promise<string> {
  if (!clusterExists) {
    const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    await writeNew(draft, randomBytes(32).toString('hex'));
    try {
      await link(draft, file);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    } finally {
      await rm(draft);
    }
  }
  const password = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(
      `The database's password file ${file} is missing or unreadable: restore it from a backup.`,
      {
        cause,
      },
    );
  });
  return password.trim();
}

async function writeNew(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function currentUser(): string {
  return `the user with id ${process.getuid?.() ?? '?'}`;
}

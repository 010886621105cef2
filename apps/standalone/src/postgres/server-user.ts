import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** The operating system's user that runs the server; undefined ids mean the user of this process. */
export interface ServerUser {
  readonly name: string;
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
}

const run = promisify(execFile);
const candidates = ['postgres', 'nobody'] as const;

/**
 * PostgreSQL refuses to run as root, so root runs it as another user: the one that owns the cluster already,
 * else `postgres`, else `nobody`.
 *
 * @param clusterDir the cluster's folder, which need not exist.
 * @throws Error when this is root and the machine has neither user.
 */
export async function serverUser(clusterDir: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { name: 'the current user', ids: undefined };
  const owner = await stat(clusterDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return { name: `user ${owner.uid}`, ids: { uid: owner.uid, gid: owner.gid } };
  }
  for (const name of candidates) {
    const ids = await idsOf(name);
    if (ids !== undefined) return { name: `user "${name}"`, ids };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has no user "postgres" or "nobody" to run it as. ' +
      'Start Inquest as an ordinary user, or create the user "postgres".',
  );
}

/**
 * Checks that the server's user can reach a file or folder through every folder above it.
 *
 * @throws Error that names the first folder which bars the way, and how to open it.
 */
export async function assertReachable(path: string, user: ServerUser): Promise<void> {
  if (user.ids === undefined) return;
  for (const folder of ancestors(await realpath(path))) {
    const { uid, gid, mode } = await stat(folder);
    const bit = uid === user.ids.uid ? 0o100 : gid === user.ids.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new Error(
        `Root runs PostgreSQL as ${user.name}, who cannot reach ${path}: the folder ${folder} is closed to ` +
          `others (mode ${(mode & 0o777).toString(8).padStart(4, '0')}). Run "chmod o+x ${folder}", or move ` +
          'Inquest or its data folder elsewhere, or start it as an ordinary user.',
      );
    }
  }
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestors(parent), parent];
}

async function idsOf(name: string): Promise<ServerUser['ids']> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
    );
    return uid === undefined || gid === undefined || !(uid > 0) ? undefined : { uid, gid };
  } catch {
    return undefined; // `id` knows no such user.
  }
}

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Bench } from '../figure.js';
import { onConnection } from '../postgres-server.js';
import { writeHistory } from './history.js';

export const noFines = 'no ../shared/data/road-traffic-fines beside the project';

/** Where the fines are; nothing when they are not beside the project. */
export function finesOf(bench: Bench): string | undefined {
  const fines = resolve(bench.root, '..', 'shared', 'data', 'road-traffic-fines', 'traffic_fines.csv.gz');
  return existsSync(fines) ? fines : undefined;
}

/** Loads the fines as history into the log of a database; gives how many events they are. */
export async function loadHistory(bench: Bench, ownerUrl: string, fines: string): Promise<number> {
  const folder = await folderOfServer(bench);
  const history = join(folder, 'history');
  bench.progress('making a history of the fines');
  const events = await writeHistory(fines, history);
  bench.progress(`loading ${events} events`);
  await onConnection(ownerUrl, async (client) => {
    await client.query(`copy inquest.events from '${history}'`);
    await client.query('vacuum analyze inquest.events');
  });
  await rm(folder, { recursive: true });
  return events;
}

/** A folder in which the database server, which runs as another user, may read and write. */
export async function folderOfServer(bench: Bench): Promise<string> {
  const folder = join(bench.folder, `copies-${randomUUID()}`);
  await mkdir(folder);
  await chmod(folder, 0o777);
  return folder;
}

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { errorCode } from './error-code.js';

/**
 * Who owns a running server: the process that holds this session-level advisory lock in its `postgres` database.
 * The server frees it the moment that process dies, however it dies, so nothing can be left behind, and two
 * processes can never hold it at once.
 */
const lockKey = '7453010375263155316';
const connectMsMax = 5_000;
/** How long a server may take to notice that its owner died, and a new owner to take the lock. */
const settleMsMax = 5_000;
const pollMs = 50;

/** The lock, held on a connection of its own. */
export interface Ownership {
  /** Settles when the connection is gone, and the lock with it. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

/** A process other than this one owns the server. */
export interface OtherOwner {
  readonly ownedBy: number | undefined;
}

/**
 * Takes the lock, or says who holds it.
 *
 * Who gets the lock is the owner; the rest is courtesy. A server that was `found` without an owner may belong to a
 * process that started it a moment ago and is about to take the lock, so while that process lives it is waited
 * for. A holder that has died is waited for as well, since the server needs a moment to notice.
 *
 * @throws the driver's error when the server does not answer.
 */
export async function takeOwnership(
  connectionString: string,
  server: 'own' | 'found',
): Promise<Ownership | OtherOwner> {
  const client = new Client({
    connectionString,
    connectionTimeoutMillis: connectMsMax,
    keepAlive: true,
    application_name: `${ownerPrefix}${process.pid}`,
  });
  const lost = new Promise<void>((resolve) => client.once('end', () => resolve()));
  client.on('error', () => undefined); // Followed by 'end', which `lost` reports.
  try {
    await client.connect();
    const deadline = Date.now() + settleMsMax;
    if (server === 'found') await awaitStarter(client, deadline);
    for (;;) {
      const { rows } = await client.query<{ held: boolean }>(
        `SELECT pg_try_advisory_lock(${lockKey}) AS held`,
      );
      if (rows[0]?.held === true) return { lost, release: () => end(client) };
      const ownedBy = await holder(client);
      // Our own earlier connection to our own server broke, and the server has yet to notice.
      const ending = !isAlive(ownedBy) || (server === 'own' && ownedBy === process.pid);
      if (!ending || Date.now() >= deadline) {
        await end(client);
        return { ownedBy };
      }
      await delay(pollMs);
    }
  } catch (error) {
    await end(client);
    throw error;
  }
}

/** What a server is started with as its `cluster_name`, and its owner's connection as `application_name`. */
export const ownerPrefix = 'inquest owner ';

async function awaitStarter(client: Client, deadline: number): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`SELECT current_setting('cluster_name') AS name`);
  const starter = ownerIn(rows[0]?.name);
  if (starter === process.pid) return; // Left by a killed process that had the number of this one.
  while (isAlive(starter) && (await holder(client)) === undefined && Date.now() < deadline)
    await delay(pollMs);
}

async function holder(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name
       FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND (l.classid::bigint << 32 | l.objid::bigint) = ${lockKey}`,
  );
  return ownerIn(rows[0]?.name);
}

function ownerIn(name: string | undefined): number | undefined {
  const pid = Number(name?.startsWith(ownerPrefix) ? name.slice(ownerPrefix.length) : undefined);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

async function end(client: Client): Promise<void> {
  await client.end().catch(() => undefined); // It may be closed already, which is all that is wanted.
}

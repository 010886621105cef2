import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { errorCode } from './error-code.js';

/**
 * Who owns a running server: the process that holds this session-level advisory lock in its `postgres` database.
 * The server frees it the moment that process dies, however it dies, so nothing can be left behind, and two
 * processes can never hold it at once.
 */
const lockKey = '7453010375263155316';
const connectMsMax = 5_000;
const startingOwnerMsMax = 5_000;
const pollMs = 50;

/** The lock, held on a connection of its own. */
export interface Ownership {
  /** Settles when the connection is gone, and the lock with it. */
  readonly lost: Promise<void>;
  isLost(): boolean;
  release(): Promise<void>;
}

/** A process other than this one owns the server. */
export interface OtherOwner {
  readonly ownedBy: number | undefined;
}

/**
 * Takes the lock, or says who holds it.
 *
 * A server that nobody holds may belong to a process that started it a moment ago and is about to take the lock;
 * while that process lives it is given a few seconds. This is courtesy only: whoever gets the lock is the owner.
 *
 * @throws the driver's error when the server does not answer.
 */
export async function takeOwnership(
  connectionString: string,
  patient: boolean,
): Promise<Ownership | OtherOwner> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: connectMsMax,
    keepAlive: true,
    application_name: `inquest owner ${process.pid}`,
  });
  let gone = false;
  const lost = new Promise<void>((resolve) => client.once('end', () => resolve())).then(() => {
    gone = true;
  });
  client.on('error', () => undefined); // Followed by 'end', which `lost` reports.
  try {
    await client.connect();
    if (patient) await awaitStarter(client);
    const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${lockKey}) AS held`);
    if (rows[0]?.held === true) return { lost, isLost: () => gone, release: () => client.end() };
    const ownedBy = await holder(client);
    await client.end();
    return { ownedBy };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function awaitStarter(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`SELECT current_setting('cluster_name') AS name`);
  const starter = Number(/(\d+)$/.exec(rows[0]?.name ?? '')?.[1]);
  const deadline = Date.now() + startingOwnerMsMax;
  while (isOther(starter) && (await holder(client)) === undefined && Date.now() < deadline)
    await delay(pollMs);
}

async function holder(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name
       FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND (l.classid::bigint << 32 | l.objid::bigint) = ${lockKey}`,
  );
  const first = rows[0];
  return first === undefined ? undefined : Number(/(\d+)$/.exec(first.name)?.[1] ?? 0);
}

function isOther(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

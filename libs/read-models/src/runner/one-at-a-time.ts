import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

/** Somebody else is rebuilding, switching or dropping a view of the same projection. */
export class AlreadyRebuilding extends Error {
  override readonly name = 'AlreadyRebuilding';
}

/** PostgreSQL may need a moment to notice that a process was killed. */
const attemptsMax = 10;
const attemptEveryMs = 50;

/**
 * Work on the places of one projection's views, while nobody else's is under way in any process. Whatever becomes of
 * this process, the next may begin. Throws `AlreadyRebuilding` and what the work throws.
 */
export async function oneAtATime<T>(owner: Pool, projection: string, work: () => Promise<T>): Promise<T> {
  const guard = await owner.connect();
  guard.on('error', () => undefined); // with the connection goes the lock; what the work does is safe without it
  const isFree = async () => {
    const { rows } = await guard.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('inquest.rebuild.' || $1, 0)) AS locked`,
      [projection],
    );
    return rows[0]?.locked === true;
  };
  try {
    for (let attempt = 1; !(await isFree()); attempt += 1) {
      if (attempt === attemptsMax)
        throw new AlreadyRebuilding(`${projection} is being rebuilt or switched by somebody else`);
      await delay(attemptEveryMs);
    }
    return await work();
  } finally {
    // Ends the session, and the lock with it, however this went.
    guard.release(true);
  }
}

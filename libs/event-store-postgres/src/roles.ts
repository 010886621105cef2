import { DatabaseError } from 'pg';

const attemptsMax = 20;

/**
 * Roles belong to the whole server, so no lock within one database keeps two from changing them at once, and PostgreSQL
 * fails one of the two with an internal error ("tuple concurrently updated"). Trying again is all it takes.
 */
export async function changingRoles(change: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await change();
      return;
    } catch (error) {
      const internal = error instanceof DatabaseError && error.code === 'XX000';
      if (!internal || attempt === attemptsMax) throw error;
    }
  }
}

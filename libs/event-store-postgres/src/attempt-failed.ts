import { DatabaseError } from 'pg';
import { LogRewound } from '#event-sourcing';

/** One attempt at the database that did not succeed, and what follows from it. */
export class AttemptFailed extends Error {
  override readonly name = 'AttemptFailed';
  constructor(
    message: string,
    /** `none`: certainly nothing was written, now or later. */
    readonly outcome: 'none' | 'unknown',
    /** `again`: a later attempt may succeed; `input`: what was sent is not storable; `stop`: only a person helps. */
    readonly remedy: 'again' | 'input' | 'stop',
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * Reads an error of `pg`. The outcome is `none` only where the server said that it undid the statement, by an error that
 * cannot come after the commit. A lost connection says nothing about it, nor does a server that ends the session or
 * itself: FATAL can come between the commit and its answer, PANIC when the log could not be flushed. (The server may
 * say the severity in another language; then the outcome is unknown more often than it need be.)
 */
export function attemptFailed(error: unknown, outcomeIfLost: 'none' | 'unknown' = 'unknown'): AttemptFailed {
  if (error instanceof AttemptFailed) return error;
  if (error instanceof LogRewound)
    return new AttemptFailed(error.message, outcomeIfLost, 'stop', { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof DatabaseError) || error.code === undefined)
    return new AttemptFailed(message, outcomeIfLost, 'again', { cause: error });
  const { code } = error;
  // Not the error itself: its detail may quote what was to be stored, and errors end up in logs.
  const cause = new Error(`SQLSTATE ${code}`);
  const outcome = error.severity === 'ERROR' && undone.test(code) ? 'none' : outcomeIfLost;
  const remedy = again.test(code) ? 'again' : input.test(code) ? 'input' : 'stop';
  return new AttemptFailed(message, outcome, remedy, { cause });
}

// SQLSTATE codes: https://www.postgresql.org/docs/18/errcodes-appendix.html. INQ01 is the append function's own.
/** Raised inside the statement, before the commit; 25P03, 25P04 and 57P0x end the session and may come at any time. */
const undone = /^(?:INQ|0A|21|22|23|25(?!P0)|28|3|40(?!003)|42|44|53|54|55|57014)/;
/** Deadline, connection, a standby, serialization and deadlock, too many connections, lock not available, restart. */
const again = /^(?:INQ01|08|25006|25P0[34]|40|53300|55P03|57)/;
/** Not JSON, not UTF-8, nested too deep. */
const input = /^(?:22|54)/;

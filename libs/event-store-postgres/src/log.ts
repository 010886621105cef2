import { readFileSync } from 'node:fs';

/** What happened, or who read what: two logs in one database, kept by the same code. */
export type Log = 'events' | 'access';
export const logs: readonly Log[] = ['events', 'access'];

/** The text of an SQL file beside this one; the files are written for the log `events`. */
export function sqlFile(path: string, log: Log = 'events'): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8').replaceAll('inquest.events', `inquest.${log}`);
}

/** What the store tells the process it runs in, for metrics and logs. Called often: must be quick and never throw. */
export interface StoreObserver {
  /** One transaction was committed, with so many events. */
  readonly appended?: (events: number) => void;
  /** One append was answered, whichever way, this long after it was asked for. */
  readonly answered?: (durationMs: number) => void;
  /** A connection was lost or could not be made, or a query or an attempt failed. The store goes on by itself. */
  readonly disturbed?: (error: Error) => void;
}

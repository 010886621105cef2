/**
 * Times as texts of one form, which are ordered as the times are: RFC 3339 in UTC with milliseconds. PostgreSQL does not
 * round what lies at the ends of the calendar in the way that it was written, so rows hold these, with `COLLATE "C"`.
 */

const isDay = (time: string): boolean => time.length === '2025-03-01'.length;

/** The first and the last moment of a day; of an instant, the instant itself. */
export const firstMoment = (time: string): string =>
  isDay(time) ? `${time}T00:00:00.000Z` : new Date(time).toISOString();
export const lastMoment = (time: string): string =>
  isDay(time) ? `${time}T23:59:59.999Z` : new Date(time).toISOString();

const textOf = (sql: string) => `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** SQL: now, in this form. */
export const nowText = textOf('now()');

/** How long before its end something counts as ending. */
const endingDays = 30;

/** SQL: the moment before which an end is near. */
export const endingText = textOf(`(now() + interval '${endingDays} days')`);

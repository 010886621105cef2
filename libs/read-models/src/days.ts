import type { Period } from '#domain';

/** The first and last day a period may reach to, as sharp as it is known; nothing when it is unknown. UTC. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

type Precision = Period['precision'];

export function daysOf({ start, end, precision }: Period): Days | undefined {
  if (start === undefined) return undefined;
  return { first: firstDay(start, precision), last: lastDay(end ?? start, precision) };
}

/**
 * The month a period lies in, `2023-05`; `several` when it reaches from one into another, `unknown` when no more than a
 * year is known. An end that is given is not stretched by the precision: the source's own days say where it lies.
 */
export function monthOf(period: Period): string {
  const { start, end, precision } = period;
  if (start === undefined || precision === 'year' || precision === 'unknown') return 'unknown';
  const month = start.slice(0, 7);
  return (end ?? lastDay(start, precision)).slice(0, 7) === month ? month : 'several';
}

function firstDay(day: string, precision: Precision): string {
  if (precision === 'month') return `${day.slice(0, 7)}-01`;
  if (precision === 'year') return `${day.slice(0, 4)}-01-01`;
  return day.slice(0, 10);
}

function lastDay(day: string, precision: Precision): string {
  const [year = 0, month = 1, date = 1] = day.slice(0, 10).split('-').map(Number);
  if (precision === 'week') return dayOf(year, month - 1, date + 6);
  if (precision === 'month') return dayOf(year, month, 0);
  if (precision === 'year') return dayOf(year, 12, 0);
  return day.slice(0, 10);
}

/** The last day that has four digits of a year. */
const lastOfDays = '9999-12-31';

/** `Date.UTC` would take the years 1 to 99 for 1901 to 1999; what is past the last day is the last day. */
function dayOf(year: number, month: number, date: number): string {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month, date);
  return moment.getUTCFullYear() > 9999 ? lastOfDays : moment.toISOString().slice(0, 10);
}

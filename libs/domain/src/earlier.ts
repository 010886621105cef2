/** Something that was entered here at a time. */
export interface Entered {
  readonly id: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
}

/**
 * Whether one was entered before another; equal times are ordered by id. Everybody sees the same order and it never
 * changes, so relations that only point to something earlier cannot form a cycle, whatever is decided at once.
 */
export function isEarlier(one: Entered, other: Entered): boolean {
  const differenceMs = Date.parse(one.at) - Date.parse(other.at);
  return differenceMs === 0 ? one.id < other.id : differenceMs < 0;
}

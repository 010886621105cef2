/**
 * Whether a day or instant is surely before another, both RFC 3339 in UTC. What is known to the day only may have been
 * at any time of it, so on one day it is before nothing.
 */
export function isBefore(one: string, other: string): boolean {
  return isDay(one) || isDay(other)
    ? one.slice(0, dayLength) < other.slice(0, dayLength)
    : Date.parse(one) < Date.parse(other);
}

const dayLength = '2025-03-01'.length;
const isDay = (time: string): boolean => time.length === dayLength;

/** Values as files write them. Each gives nothing where the text is not plainly what it should be: nothing is guessed. */

/** The value of a field as text without white space around it; empty for whatever is not text, number or truth value. */
export function fieldText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A whole number from 0 up to a thousand million. */
export function naturalNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** The day of `2014-01-22`, with or without a midnight behind it; nothing for a day that no calendar has. */
export function calendarDay(text: string): string | undefined {
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ]00:00:00(?:\.0+)?)?$/.exec(text)?.[1];
  if (day === undefined) return undefined;
  const instant = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(day) ? day : undefined;
}

/** A point in WGS 84, or nothing where none is given; of a half or impossible one, says why it is left out. */
export function coordinatesOf(
  latitude: string,
  longitude: string,
  reject: (reason: string) => void,
): { latitude: number; longitude: number } | undefined {
  if (latitude === '' && longitude === '') return undefined;
  const point = { latitude: degrees(latitude, 90), longitude: degrees(longitude, 180) };
  if (point.latitude !== undefined && point.longitude !== undefined) {
    return { latitude: point.latitude, longitude: point.longitude };
  }
  reject(
    `latitude "${latitude}", longitude "${longitude}": not a point on the earth; the coordinates are left out`,
  );
  return undefined;
}

function degrees(text: string, max: number): number | undefined {
  const value = /^[+-]?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : undefined;
  return value !== undefined && Math.abs(value) <= max ? value : undefined;
}

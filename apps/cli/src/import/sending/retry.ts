const firstMs = 200;
const backoffMsMax = 10_000;
const retryAfterMsMax = 60_000;

/** Exponential backoff with full jitter, so that many clients do not come back together. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(backoffMsMax, firstMs * 2 ** Math.min(attempt, 10)));
}

/** Milliseconds that a `Retry-After` asks for (RFC 9110, 10.2.3: seconds or a date), at most a minute; else 0. */
export function afterMs(header: string | null, now: number = Date.now()): number {
  if (header === null) return 0;
  const wanted = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(wanted) ? Math.min(Math.max(wanted, 0), retryAfterMsMax) : 0;
}

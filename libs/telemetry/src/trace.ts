import { randomBytes } from 'node:crypto';

/** Where a request stands in a trace (W3C Trace Context, level 1). */
export interface Trace {
  /** 32 lower-case hex digits, shared by everything that one request caused. */
  readonly traceId: string;
  /** 16 lower-case hex digits: our part of it. */
  readonly spanId: string;
  readonly sampled: boolean;
}

const traceparentPattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const traceIdsPerDraw = 64;
let drawn = '';

/** Goes on in the caller's trace, or starts one where the header is missing or broken (section 4.2). */
export function traceOf(traceparent: string | undefined): Trace {
  const [, traceId = '', parentId = '', flags = '', more] = traceparentPattern.exec(traceparent ?? '') ?? [];
  const goesOn =
    /[1-9a-f]/.test(traceId) &&
    /[1-9a-f]/.test(parentId) &&
    (more === undefined || !traceparent?.startsWith('00'));
  return {
    traceId: goesOn ? traceId : randomHex(32),
    spanId: randomHex(16),
    sampled: goesOn && (Number.parseInt(flags, 16) & 1) === 1,
  };
}

export function traceparentOf({ traceId, spanId, sampled }: Trace): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** Drawn in advance: one call of the system for many requests. */
function randomHex(length: number): string {
  if (drawn.length < length) drawn = randomBytes(traceIdsPerDraw * 24).toString('hex');
  const digits = drawn.slice(0, length);
  drawn = drawn.slice(length);
  return digits;
}

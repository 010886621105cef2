import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

export type { Logger } from 'pino';

export interface LoggerSettings {
  readonly level: string;
  /** Where lines go; standard error unless told, because standard output may be somebody's machine interface. */
  readonly destination?: DestinationStream;
}

/** What a line may say beside its message; anything else that is given is left out. */
const serializers: Readonly<Record<string, (value: unknown) => unknown>> = {
  err: shownError,
  error: shownError,
  req: shownRequest,
  res: shownResponse,
  traceId: shownText,
  name: shownText,
  url: shownText,
  projection: shownText,
  publication: shownText,
  position: shownText,
  offset: shownText,
  fault: shownText,
  stream: shownText,
  target: shownText,
  subjectId: shownText,
  keyId: shownText,
  type: shownText,
  revision: shownNumber,
  attempts: shownNumber,
  parked: shownNumber,
  events: shownNumber,
  more: shownNumber,
  removed: shownNumber,
  bytes: shownNumber,
  poison: (events) => (Array.isArray(events) ? events.map(shownEvent) : undefined),
  timeoutMs: shownNumber,
  responseTime: shownNumber,
};

/**
 * Writes one JSON object per line, so that no text can break out of its line. What is given beside the message is cut
 * down to the members named above: a request's headers and body, and what a database says about values, never reach a
 * log.
 */
export function createLogger({ level, destination = pino.destination(2) }: LoggerSettings): Logger {
  const options: LoggerOptions = {
    level,
    base: { service: 'inquest' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: allowed },
    serializers,
  };
  return pino(options, destination);
}

function allowed(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(serializers, key)));
}

const causesMax = 5;
const textLengthMax = 4_000;

interface ShownError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ShownError;
}

/** An error by type, message, code, stack and causes. Other members, which may quote stored values, are left out. */
export function shownError(error: unknown, depth = 0): ShownError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const shown = (key: string): string | undefined => shownText(Reflect.get(error, key));
  const code = shown('code');
  const stack = shown('stack');
  const cause = depth < causesMax ? shownError(Reflect.get(error, 'cause'), depth + 1) : undefined;
  return {
    type: shown('name') ?? 'unknown',
    message: shown('message') ?? '',
    ...(code === undefined ? {} : { code }),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** The method only: a path holds ids, and a query holds what somebody searched for. */
function shownRequest(request: unknown): object {
  return { method: member(request, 'method') };
}

/** Where to find an event, and nothing of what it says. */
function shownEvent(event: unknown): object {
  return {
    stream: member(event, 'stream'),
    revision: member(event, 'revision'),
    type: member(event, 'type'),
  };
}

function shownResponse(response: unknown): object {
  return { statusCode: member(response, 'statusCode') };
}

function shownText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, textLengthMax) : undefined;
}

function shownNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function member(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined;
}

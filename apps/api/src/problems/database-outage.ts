/** Of the socket and the resolver: the server could not be reached, or the connection was lost. */
const socketCodes = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETUNREACH',
  'ENFILE',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/** SQLSTATE: connection, resources, stopped by the operator or for taking too long, system error, lock not to be had. */
const sqlStates = /^(08...|53...|57...|58...|25P03|55P03)$/;
/** `pg` and its pool say these without a code. */
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;
const causesMax = 5;

/** Whether PostgreSQL, asked by `pg` or TypeORM, is gone or cannot answer now, in contrast to a wrong question. */
export function isDatabaseOutage(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > causesMax) return false;
  const { code, message, cause, driverError } = membersOf(error);
  if (typeof code === 'string' && (socketCodes.has(code) || sqlStates.test(code))) return true;
  if (typeof message === 'string' && messages.test(message)) return true;
  return [cause, driverError].some((inner) => isDatabaseOutage(inner, depth + 1));
}

function membersOf(error: object): Partial<Record<'code' | 'message' | 'cause' | 'driverError', unknown>> {
  return error;
}

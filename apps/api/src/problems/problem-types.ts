/** What a kind of problem means, to whoever meets it. */
interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** Every kind of problem the API answers with, and the only place that names their statuses (RFC 9457). */
export const problemTypes = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    meaning:
      'The body, a parameter or a header is not what this route takes. `errors` names every fault found.',
    remedy: 'Correct what `errors` names and send the request again.',
  },
  unauthenticated: {
    status: 401,
    title: 'You are not signed in',
    meaning: 'There is no access token, or it is not accepted: `detail` and `WWW-Authenticate` say why.',
    remedy: 'Get a new access token and send the request again.',
  },
  forbidden: {
    status: 403,
    title: 'Your roles never allow this',
    meaning: 'No role that you hold may ever do this, to anything. It says nothing about the resource.',
    remedy: 'Ask somebody whose role allows it, or have the role granted to you.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning: 'There is no such resource, or it is not for you: the answer is the same.',
    remedy: 'Check the address. If somebody else can see it, ask for access.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not know the method',
    meaning: 'The address exists; `Allow` names the methods it takes.',
    remedy: 'Use a method that `Allow` names.',
  },
  'not-acceptable': {
    status: 406,
    title: 'None of the accepted media types can be given',
    meaning: 'The `Accept` header excludes every media type that this route answers with.',
    remedy: 'Accept application/json, or leave the header out.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request did not arrive in time',
    meaning: 'The headers or the body came too slowly. The request was not begun; a command had no effect.',
    remedy: 'Send it again, over a connection that is fast enough, or with a smaller body.',
  },
  refused: {
    status: 409,
    title: 'A rule does not allow this now',
    meaning: 'The domain says no to this decision. `code` names the rule, which has a page of its own.',
    remedy: 'Read the page of the rule: it says what has to be done first.',
  },
  busy: {
    status: 409,
    title: 'Others are changing this too fast',
    meaning: 'Other commands changed the same resource again and again. Nothing was recorded.',
    remedy: 'Send the command again.',
  },
  'revision-moved': {
    status: 412,
    title: 'It has changed since you saw it',
    meaning: 'The revision in `If-Match` is not the newest; `revision` is. Nothing was recorded.',
    remedy: 'Read the resource again, look at what changed, and decide on the new revision.',
  },
  'too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'A body is smaller than 1 MiB, and what one command records is at most 900 KiB.',
    remedy: 'Send less at once.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not of a media type that this route takes',
    meaning:
      'Bodies are application/json in UTF-8, and content is application/octet-stream; both without content coding.',
    remedy: 'Send it with the `Content-Type` that the route takes.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'Nothing of the range is there',
    meaning: 'The content is shorter than where the range begins; `Content-Range` says how long it is.',
    remedy: 'Ask for a range within the content, or for the whole.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key stands for another command',
    meaning: 'The key was used on this route with another body. Nothing was recorded.',
    remedy: 'Use a new key for a new command, and the same body to repeat one.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    meaning: 'You sent more requests than one caller may in this time. Nothing was recorded.',
    remedy: 'Wait for the seconds that `Retry-After` names.',
  },
  internal: {
    status: 500,
    title: 'A fault in Inquest',
    meaning:
      'This is a bug. It was logged under `traceId`. `tookEffect` says of a command whether it was recorded: `no`, or ' +
      '`unknown`, then `idempotencyKey` finds out.',
    remedy:
      'Report the `traceId` to whoever runs this system. To find out about a command, send it again with its key.',
  },
  'cannot-unseal': {
    status: 500,
    title: 'What is sealed does not belong where it stands',
    meaning:
      'A sealed value does not open at its place: it was moved there or changed after it was recorded, or the key of its ' +
      'subject is another one. Nothing was given out, and it was logged under `traceId`.',
    remedy:
      'Report the `traceId` to whoever runs this system at once: somebody wrote to the database, or put a wrong key ' +
      'back. Asking again changes nothing.',
  },
  overloaded: {
    status: 503,
    title: 'More work waits than can be done in time',
    meaning: 'The request was not begun; a command had no effect.',
    remedy: 'Wait for the seconds that `Retry-After` names and send it again.',
  },
  'view-behind': {
    status: 503,
    title: 'The view has not got there yet',
    meaning:
      'The view has not reached the position in `Inquest-Position` in time, or could not take in the event there: ' +
      '`detail` says which. What you sent before stands.',
    remedy:
      'Wait for the seconds that `Retry-After` names and ask again. Where the event is parked, have an administrator ' +
      'retry it: waiting alone does not help.',
  },
  unavailable: {
    status: 503,
    title: 'Something that is needed cannot be reached',
    meaning:
      'The database, the content store, the keys or the issuer of tokens cannot be used now; `detail` says what can be ' +
      'done about it, where anything can. `tookEffect` says of a command whether it was recorded: ' +
      '`no`, or `unknown`, then `idempotencyKey` finds out.',
    remedy: 'Send the same request again, a command with the same `Idempotency-Key`.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemType = keyof typeof problemTypes;

/** In the order of their statuses. */
export const problemTypeNames = Object.keys(problemTypes).filter(isProblemType);

export function isProblemType(name: string): name is ProblemType {
  return Object.hasOwn(problemTypes, name);
}

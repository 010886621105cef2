import { HttpException } from '@nestjs/common';
import { IssuerUnavailable, Unauthenticated } from '#access';
import { ContentStoreUnavailable, StoreFull } from '#content-store';
import {
  Busy,
  CannotUnseal,
  CommandIdReused,
  InvalidAppend,
  KeyErased,
  KeysUnavailable,
  noStream,
  NotFound,
  Overloaded,
  Refused,
  RevisionMoved,
  StoreUnavailable,
} from '#event-sourcing';
import { InvalidCursor, InvalidListParameters, ViewBehind } from '#read-models';
import { isDatabaseOutage } from './database-outage.js';
import { refusalOf } from './refusal-codes.js';
import { type ProblemType, problemTypes } from './problem-types.js';
import { type RequestFault, toldFaults } from './request-faults.js';

/** What an answer says beside its type. */
export interface ProblemDetails {
  readonly detail?: string;
  /** The rule by which the domain refused. */
  readonly code?: string;
  readonly errors?: readonly RequestFault[];
  /** The newest revision, when the caller saw another. */
  readonly revision?: number;
  readonly retryAfterSeconds?: number;
  /** Whether a command was recorded. `unknown` comes with the key to ask again with. */
  readonly tookEffect?: 'no' | 'unknown';
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is a problem (RFC 9457). `cause` is for the log and never shown. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly type: ProblemType,
    readonly details: ProblemDetails = {},
    options?: { cause?: unknown },
  ) {
    super(details.detail ?? problemTypes[type].title, options);
  }

  get status(): number {
    return problemTypes[this.type].status;
  }

  /** The same problem, of a command that was not begun: of what is not the caller's doing it says so. */
  ofCommand(): Problem {
    return this.status < 500 ? this : this.#with({ tookEffect: 'no', ...this.details });
  }

  /** The same problem, of a command that was begun: whether it took effect, with the key to ask again where nobody knows. */
  ofBegunCommand(idempotencyKey: string): Problem {
    if (this.status < 500) return this;
    const { tookEffect = this.type === 'internal' ? 'unknown' : 'no' } = this.details;
    return this.#with({
      ...this.details,
      tookEffect,
      ...(tookEffect === 'unknown' ? { idempotencyKey } : {}),
    });
  }

  /** The same problem, where nothing can have been recorded, whatever its cause suggests. */
  withoutEffect(): Problem {
    return this.status < 500 ? this : this.#with({ ...this.details, tookEffect: 'no' });
  }

  #with(details: ProblemDetails): Problem {
    return new Problem(this.type, details, { cause: this.cause });
  }
}

/** The one maker of problems with faults, of which a request may have any number; `more` were found and not kept. */
export function invalid(faults: RequestFault | readonly RequestFault[], more = 0): Problem {
  return new Problem('invalid-request', { errors: toldFaults([faults].flat(), more) });
}

/** Always the same, whatever is not there or not for the caller. */
export function notFound(): Problem {
  return new Problem('not-found');
}

const retryAfterSeconds = 1;
const parkedRetryAfterSeconds = 60;
const fullRetryAfterSeconds = 60;
const storeFull =
  'The content store has no room for this. Nothing of it was kept; space has to be made first.';

/** Which file or key it is only the log says: where keys are is nobody else's business. */
const keysAway =
  'The keys that seal identities cannot be used now. Nothing was recorded and nothing was erased; the log says what is ' +
  'wrong with them.';

/** The problem that an error is. What nobody expected is `internal`. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const cause = { cause: error };
  if (error instanceof Refused) return ofRefusal(error);
  if (error instanceof NotFound) return notFound();
  if (error instanceof RevisionMoved)
    return new Problem('revision-moved', {
      detail: error.message,
      // What is not there yet has neither revision nor tag.
      ...(error.current === noStream
        ? {}
        : { revision: error.current, headers: { etag: `"${error.current}"` } }),
    });
  if (error instanceof CommandIdReused) return new Problem('idempotency-key-reused');
  if (error instanceof Busy) return new Problem('busy', { retryAfterSeconds });
  if (error instanceof Overloaded) return new Problem('overloaded', { retryAfterSeconds, tookEffect: 'no' });
  if (error instanceof StoreUnavailable)
    return new Problem(
      'unavailable',
      { retryAfterSeconds, tookEffect: error.outcome === 'none' ? 'no' : 'unknown' },
      cause,
    );
  if (error instanceof InvalidAppend && (error.reason === 'too-large' || error.reason === 'too-many-events'))
    return new Problem('too-large', { detail: 'The command would record more than one append may hold.' });
  if (error instanceof Unauthenticated)
    return new Problem('unauthenticated', {
      detail: error.message,
      headers: { 'www-authenticate': error.challenge },
    });
  if (error instanceof StoreFull)
    return new Problem(
      'unavailable',
      { retryAfterSeconds: fullRetryAfterSeconds, tookEffect: 'no', detail: storeFull },
      cause,
    );
  if (error instanceof ContentStoreUnavailable)
    return new Problem('unavailable', { retryAfterSeconds, tookEffect: 'no' }, cause);
  if (error instanceof KeysUnavailable)
    return new Problem('unavailable', { retryAfterSeconds, tookEffect: 'no', detail: keysAway }, cause);
  if (error instanceof KeyErased) return ofRefusal(new Refused('identity-erased'));
  if (error instanceof CannotUnseal) return new Problem('cannot-unseal', {}, cause);
  if (error instanceof IssuerUnavailable) return new Problem('unavailable', { retryAfterSeconds }, cause);
  return ofViews(error) ?? ofFramework(error) ?? new Problem('internal', {}, cause);
}

/** The rule in words, what it met, and what to do: nobody should have to look a code up to go on. */
function ofRefusal(error: Refused): Problem {
  const refusal = refusalOf(error.code);
  if (refusal === undefined) return new Problem('internal', {}, { cause: error });
  const met = error.detail === undefined ? '' : `: ${error.detail}`;
  return new Problem('refused', { code: error.code, detail: `${refusal.title}${met}. ${refusal.remedy}` });
}

function ofViews(error: unknown): Problem | undefined {
  if (error instanceof ViewBehind) return ofViewBehind(error);
  if (error instanceof InvalidListParameters) return invalid(error.faults);
  if (error instanceof InvalidCursor) return invalid({ parameter: 'cursor', message: error.message });
  return isDatabaseOutage(error)
    ? new Problem('unavailable', { retryAfterSeconds }, { cause: error })
    : undefined;
}

/** A parked event is not taken in by waiting: somebody has to retry it, which takes a while. */
function ofViewBehind(error: ViewBehind): Problem {
  if (!error.parked) return new Problem('view-behind', { retryAfterSeconds }, { cause: error });
  const detail =
    `The view ${error.projection} could not take in the event at position ${error.position}, which is parked. Waiting ` +
    'does not help: an administrator has to retry it. What you sent before stands.';
  return new Problem('view-behind', { detail, retryAfterSeconds: parkedRetryAfterSeconds }, { cause: error });
}

/** What Fastify refuses before a route is reached, by its error codes, plain or wrapped by Nest. */
function ofFramework(error: unknown): Problem | undefined {
  const thrown = error instanceof HttpException && error.cause !== undefined ? error.cause : error;
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('too-large');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_CONTENT_TYPE':
      return new Problem('unsupported-media-type');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('invalid-request', { detail: 'The body is not as long as Content-Length says.' });
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_ASYNC_CONSTRAINT':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('invalid-request', { detail: 'The address is not a well-formed URL path.' });
    default:
      return error instanceof HttpException && error.getStatus() === 404 ? notFound() : undefined;
  }
}

/** Why a caller was not recognised; each with the sentence the caller is told. None says what would have been right. */
const descriptions = {
  'token-missing': 'No bearer token was sent.',
  'token-malformed': 'The token is not a well-formed signed JWT.',
  'token-expired': 'The token has expired.',
  'token-not-yet-valid': 'The token is not valid yet.',
  'token-type': 'The token is not an access token of type at+jwt.',
  'algorithm-not-allowed': 'The token is signed with an algorithm that is not accepted.',
  'key-unknown': 'The token is signed with a key that its issuer does not publish.',
  'signature-invalid': 'The signature of the token does not match its content.',
  'issuer-not-accepted': 'The token comes from an issuer that is not accepted.',
  'audience-not-accepted': 'The token was issued for another service.',
  'claim-invalid': 'A claim that the token needs is missing or invalid.',
} as const;

export type UnauthenticatedReason = keyof typeof descriptions;

/** The caller is not known. Nothing in it is secret: it may be shown to the caller as it is. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';

  constructor(
    readonly reason: UnauthenticatedReason,
    options?: { cause?: unknown },
  ) {
    super(descriptions[reason], options);
  }

  /** The value of `WWW-Authenticate` (RFC 6750 §3; without a token it carries no error code, §3.1). */
  get challenge(): string {
    if (this.reason === 'token-missing') return 'Bearer realm="inquest"';
    return `Bearer realm="inquest", error="invalid_token", error_description="${this.message}"`;
  }
}

/** The issuer's keys cannot be had, so nothing can be said about the token: an outage, not the caller's fault. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

const bearer = /^Bearer +([\w.~+/-]+=*) *$/i;

/** The token of an `Authorization` header (RFC 6750 §2.1). Throws `Unauthenticated`. */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || !/^Bearer\b/i.test(authorization))
    throw new Unauthenticated('token-missing');
  const token = bearer.exec(authorization)?.[1];
  if (token === undefined) throw new Unauthenticated('token-malformed');
  return token;
}

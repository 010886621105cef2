import { createHash } from 'node:crypto';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { BoundedCache } from './bounded-cache.js';
import type { Caller } from './caller.js';
import { rolesAmong } from './roles.js';
import { IssuerUnavailable, Unauthenticated, type UnauthenticatedReason } from './unauthenticated.js';

/** Asymmetric only: with a shared secret, whoever verifies could also sign. */
export const tokenAlgorithms = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512', 'PS256', 'RS256'] as const;
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer publishes its keys (fetched again when a token names an unknown one), or the keys. */
  readonly jwks: URL | JSONWebKeySet;
  /** Those the issuer signs with; no more. */
  readonly algorithms: readonly TokenAlgorithm[];
  /** How far the issuer's clock may differ from ours: 0 to 5, 5 unless told. */
  readonly clockToleranceSeconds?: number;
  /** How many verified tokens are remembered; 10,000 unless told. */
  readonly rememberedMax?: number;
  /** How long after a successful fetch an unknown key does not cause another; 30,000 unless told. */
  readonly refetchCooldownMs?: number;
  readonly now?: () => Date;
}

/**
 * Says who sent a token. Rejects with `Unauthenticated` (the token is not accepted) or `IssuerUnavailable` (it could
 * not be checked). Safe for concurrent use.
 */
export interface VerifyToken {
  (token: string): Promise<Caller>;
  /** The caller of a token that was verified before and still counts: at the cost of a hash. */
  remembered(token: string): Caller | undefined;
}

const clockToleranceSecondsMax = 5;
const fetchTimeoutMs = 3_000;
/** A key that the issuer withdrew stops working within this time plus the ten minutes that fetched keys are kept. */
const rememberedMsMax = 10 * 60_000;
/** Servers take headers of up to 16 KiB; real access tokens are far below. */
const tokenLengthMax = 8 * 1024;
/** What the domain's `subject` takes, so that every caller can be named in an event (OpenID Connect allows 255 ASCII). */
const subjectPattern = /^[\x21-\x7e]{1,200}$/;

/**
 * Verifies access tokens of one issuer (RFC 9068: type, issuer, audience, times, signature). Roles come from the claim
 * `roles` (RFC 9068 §2.2.3.1); unknown ones are ignored. A token with `act` (RFC 8693 §4.1) is a service acting on
 * behalf of the token's subject.
 *
 * A verified token is remembered by its hash until it expires, ten minutes at most, in a bounded cache: verifying
 * costs about as much as deciding. Refused tokens are not remembered.
 */
export function tokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { clockToleranceSeconds = clockToleranceSecondsMax, now = () => new Date() } = options;
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds <= clockToleranceSecondsMax))
    throw new RangeError(
      `a clock tolerance of ${clockToleranceSeconds} s; 0 to ${clockToleranceSecondsMax} are allowed`,
    );
  const unsafe = options.algorithms.filter((algorithm) => !tokenAlgorithms.includes(algorithm));
  if (unsafe.length > 0 || options.algorithms.length === 0)
    throw new RangeError(`token algorithms must be some of ${tokenAlgorithms.join(', ')}`);

  const keyOf = publishedKeys(options);
  const expected: JWTVerifyOptions = {
    issuer: options.issuer,
    audience: options.audience,
    algorithms: [...options.algorithms],
    typ: 'at+jwt',
    requiredClaims: ['sub', 'exp', 'iat'],
    clockTolerance: clockToleranceSeconds,
  };
  const verified = new BoundedCache<string, { caller: Caller; untilMs: number }>(
    options.rememberedMax ?? 10_000,
  );
  const remembered = (token: string): Caller | undefined => {
    if (token.length > tokenLengthMax) return undefined;
    const hash = hashOf(token);
    const known = verified.get(hash);
    if (known !== undefined && now().getTime() < known.untilMs) return known.caller;
    verified.delete(hash);
    return undefined;
  };
  const verify = async (token: string): Promise<Caller> => {
    if (token.length > tokenLengthMax) throw new Unauthenticated('token-malformed');
    const at = now();
    const { payload } = await jwtVerify(token, keyOf, { ...expected, currentDate: at }).catch(
      (error: unknown) => {
        throw refusalOf(error, options.issuer);
      },
    );
    if (payload.iat !== undefined && payload.iat > at.getTime() / 1000 + clockToleranceSeconds)
      throw new Unauthenticated('token-not-yet-valid');
    const caller = callerOf(payload, options.issuer);
    const untilMs = Math.min(caller.expiresAt.getTime(), at.getTime() + rememberedMsMax);
    verified.set(hashOf(token), { caller, untilMs });
    return caller;
  };
  return Object.assign(async (token: string) => remembered(token) ?? verify(token), { remembered });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

function publishedKeys({ jwks, refetchCooldownMs }: TokenVerifierOptions): JWTVerifyGetKey {
  if (!(jwks instanceof URL)) return createLocalJWKSet(jwks);
  return createRemoteJWKSet(jwks, {
    timeoutDuration: fetchTimeoutMs,
    cooldownDuration: refetchCooldownMs ?? 30_000,
  });
}

function callerOf(payload: JWTPayload, issuer: string): Caller {
  const { sub, exp, act, roles } = payload;
  const subject = checkedSubject(sub);
  const actor = act === undefined ? undefined : checkedSubject(subjectClaim(act));
  return Object.freeze({
    subject: actor ?? subject,
    roles: Object.freeze(rolesAmong(Array.isArray(roles) ? roles : [])),
    issuer,
    ...(actor === undefined ? {} : { onBehalfOf: subject }),
    expiresAt: new Date((exp ?? 0) * 1000),
  });
}

function subjectClaim(act: unknown): unknown {
  return typeof act === 'object' && act !== null && 'sub' in act ? act.sub : undefined;
}

function checkedSubject(subject: unknown): string {
  if (typeof subject !== 'string' || !subjectPattern.test(subject))
    throw new Unauthenticated('claim-invalid');
  return subject;
}

/** Whatever is not the token's fault lies with the issuer's keys: not to be had, or not usable. */
function refusalOf(cause: unknown, issuer: string): Unauthenticated | IssuerUnavailable {
  const reason = cause instanceof Error ? reasonOf(cause) : undefined;
  if (reason !== undefined) return new Unauthenticated(reason, { cause });
  return new IssuerUnavailable(`the keys of ${issuer} cannot be had or used`, { cause });
}

function reasonOf(error: Error): UnauthenticatedReason | undefined {
  if (error instanceof errors.JWTExpired) return 'token-expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return claimReasons.get(error.claim) ?? 'claim-invalid';
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return 'algorithm-not-allowed';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'key-unknown';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature-invalid';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'token-malformed';
  return undefined;
}

const claimReasons: ReadonlyMap<string, UnauthenticatedReason> = new Map([
  ['typ', 'token-type'],
  ['iss', 'issuer-not-accepted'],
  ['aud', 'audience-not-accepted'],
  ['nbf', 'token-not-yet-valid'],
]);

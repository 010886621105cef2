import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { demoUsers, type DemoUser } from './demo-users.js';
import type { TokenAlgorithm } from './token-verifier.js';

export interface DemoIssuerOptions {
  /** The `iss` of its tokens. Keep it the same over restarts: command ids are bound to it. */
  readonly issuerUrl: string;
  readonly audience: string;
  /** Every demo user's password. */
  readonly password: string;
  /** Where the server that answers for it listens. */
  readonly listenHost: string;
}

/** What `POST` to the token endpoint is answered with. */
export interface TokenAnswer {
  readonly status: 200 | 400;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string | number>>;
}

export interface DemoIssuer {
  readonly users: readonly DemoUser[];
  /** The public keys, for the verifier and for a JWKS document. */
  readonly jwks: JSONWebKeySet;
  /** One token per demo user, by `DemoUser.key`. */
  readonly tokens: Readonly<Record<string, string>>;
  /**
   * The password grant (RFC 6749 §4.3, errors §5.2) over an `application/x-www-form-urlencoded` body. Never rejects
   * for what was sent.
   */
  tokenEndpoint(form: string): Promise<TokenAnswer>;
}

export const demoTokenAlgorithm: TokenAlgorithm = 'EdDSA';
const lifetimeSeconds = 12 * 60 * 60;

/**
 * Signs in demo users where nobody else can reach it. Its key is made here and kept in memory only, so every start
 * makes new tokens and the old ones end. Throws unless the server listens on loopback: demo users are for one machine.
 */
export async function demoIssuer(options: DemoIssuerOptions): Promise<DemoIssuer> {
  if (!isLoopback(options.listenHost))
    throw new Error(
      `demo users sign in on loopback only, and the server is to listen on ${options.listenHost}`,
    );
  if (options.password.length === 0) throw new Error('demo users need a password');

  const kid = randomUUID();
  const { privateKey, publicKey } = await generateKeyPair(demoTokenAlgorithm);
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: demoTokenAlgorithm, use: 'sig' };

  const issue = (user: DemoUser): Promise<string> =>
    new SignJWT({ roles: [user.role], client_id: 'demo' })
      .setProtectedHeader({ alg: demoTokenAlgorithm, typ: 'at+jwt', kid })
      .setIssuer(options.issuerUrl)
      .setAudience(options.audience)
      .setSubject(user.subject)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(privateKey);

  const tokens: [string, string][] = [];
  for (const user of demoUsers) tokens.push([user.key, await issue(user)]);

  return {
    users: demoUsers,
    jwks: { keys: [jwk] },
    tokens: Object.fromEntries(tokens),
    async tokenEndpoint(form) {
      const asked = new URLSearchParams(form);
      const refusal = refusalOf(asked);
      if (refusal !== undefined) return refusal;
      const user = demoUsers.find(({ username }) => username === asked.get('username'));
      // The password is compared for unknown users too: the time taken tells nothing.
      const matches = sameSecret(asked.get('password') ?? '', options.password);
      if (user === undefined || !matches)
        return failure('invalid_grant', 'Unknown demo user or wrong password.');
      return answer(200, {
        access_token: await issue(user),
        token_type: 'Bearer',
        expires_in: lifetimeSeconds,
      });
    },
  };
}

/** 127.0.0.0/8, ::1 and the name for them (RFC 6761 §6.3). */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host === '[::1]') return true;
  return isIPv4(host) && host.startsWith('127.');
}

function refusalOf(asked: URLSearchParams): TokenAnswer | undefined {
  const repeated = ['grant_type', 'username', 'password'].find((name) => asked.getAll(name).length > 1);
  if (repeated !== undefined) return failure('invalid_request', `${repeated} is given more than once.`);
  const grant = asked.get('grant_type');
  if (grant === null) return failure('invalid_request', 'grant_type is missing.');
  if (grant !== 'password') return failure('unsupported_grant_type', 'Only the password grant is supported.');
  const missing = ['username', 'password'].find((name) => !asked.get(name));
  return missing === undefined ? undefined : failure('invalid_request', `${missing} is missing.`);
}

function failure(error: string, description: string): TokenAnswer {
  return answer(400, { error, error_description: description });
}

function answer(status: 200 | 400, body: TokenAnswer['body']): TokenAnswer {
  return { status, headers: { 'cache-control': 'no-store', pragma: 'no-cache' }, body };
}

/** Compares digests: they have one length, whatever was typed. */
function sameSecret(given: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}

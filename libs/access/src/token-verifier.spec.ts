import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import { tokenVerifier, type TokenVerifierOptions } from './token-verifier.js';
import { IssuerUnavailable, Unauthenticated } from './unauthenticated.js';

const issuer = 'https://issuer.example';
const audience = 'inquest';
const now = new Date('2026-03-01T12:00:00Z');
const seconds = now.getTime() / 1000;

interface Signer {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function signer(alg: string, kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

const sound = {
  iss: issuer,
  aud: audience,
  sub: 'alder',
  iat: seconds,
  exp: seconds + 60,
  roles: ['Prosecutor'],
};

/** A sound token, but for what is given; a claim or header given as undefined is left out. */
function token(by: Signer, claims: object = {}, header: object = {}): Promise<string> {
  return new SignJWT({ ...sound, ...claims })
    .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: 'at+jwt', ...header })
    .sign(by.privateKey);
}

let ours: Signer;
let rsa: Signer;
let other: Signer;
beforeAll(async () => {
  [ours, rsa, other] = await Promise.all([
    signer('ES256', 'one'),
    signer('RS256', 'rsa'),
    signer('ES256', 'two'),
  ]);
});

function verifier(options: Partial<TokenVerifierOptions> = {}) {
  const jwks = { keys: [ours.jwk, rsa.jwk] };
  return tokenVerifier({
    issuer,
    audience,
    jwks,
    algorithms: ['ES256', 'RS256'],
    now: () => now,
    ...options,
  });
}

const reason = (verified: Promise<unknown>): Promise<unknown> =>
  verified.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Unauthenticated ? error.reason : error),
  );

describe('a sound token', () => {
  test('says who calls, with the roles that exist, and until when', async () => {
    const roles = ['Verifier', 'Emperor', 'Analyst', 'Analyst', 7];
    expect(await verifier()(await token(ours, { roles }))).toEqual({
      subject: 'alder',
      roles: ['Analyst', 'Verifier'],
      issuer,
      expiresAt: new Date('2026-03-01T12:01:00Z'),
    });
  });

  test.each([[undefined], ['Prosecutor'], [{}], [[]]])(
    'with roles %j is somebody with no role',
    async (roles) => {
      expect((await verifier()(await token(ours, { roles }))).roles).toEqual([]);
    },
  );

  test('with an actor is a service acting on behalf of its subject', async () => {
    const caller = await verifier()(await token(ours, { act: { sub: 'service' } }));
    expect([caller.subject, caller.onBehalfOf]).toEqual(['service', 'alder']);
  });

  test('is taken for one of several audiences, and within the clock tolerance', async () => {
    const claims = { aud: ['other', audience], exp: seconds - 4, nbf: seconds + 4, iat: seconds + 4 };
    expect(await reason(verifier()(await token(ours, claims)))).toBe('accepted');
  });
});

describe('refused', () => {
  test.each([
    ['expired', { exp: seconds - 5 }, 'token-expired'],
    ['valid from later on', { nbf: seconds + 6 }, 'token-not-yet-valid'],
    ['issued in the future', { iat: seconds + 6 }, 'token-not-yet-valid'],
    ['of another issuer', { iss: 'https://other.example' }, 'issuer-not-accepted'],
    ['for another audience', { aud: 'other' }, 'audience-not-accepted'],
    ['without audience', { aud: undefined }, 'audience-not-accepted'],
    ['without subject', { sub: undefined }, 'claim-invalid'],
    ['without expiry', { exp: undefined }, 'claim-invalid'],
    ['without time of issue', { iat: undefined }, 'claim-invalid'],
    ['with an empty subject', { sub: '' }, 'claim-invalid'],
    ['with a control character in its subject', { sub: 'al\u0000der' }, 'claim-invalid'],
    ['with an endless subject', { sub: 'a'.repeat(201) }, 'claim-invalid'],
    ['with an actor without subject', { act: {} }, 'claim-invalid'],
    ['with an actor that is text', { act: 'service' }, 'claim-invalid'],
  ])('%s', async (_, claims, expected) => {
    expect(await reason(verifier()(await token(ours, claims)))).toBe(expected);
  });

  test.each([['JWT'], ['id+jwt'], [undefined]])('of type %s', async (typ) => {
    expect(await reason(verifier()(await token(ours, {}, { typ })))).toBe('token-type');
  });

  test('unsigned', async () => {
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    for (const alg of ['none', 'None', 'NONE']) {
      const unsigned = `${encoded({ alg, typ: 'at+jwt', kid: 'one' })}.${encoded(sound)}.`;
      expect(await reason(verifier()(unsigned))).toBe('algorithm-not-allowed');
    }
  });

  test('signed with the public key as if it were a shared secret', async () => {
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const secrets = [await exportSPKI(rsa.publicKey), JSON.stringify(rsa.jwk), rsa.jwk.n ?? ''];
    for (const secret of secrets) {
      const content = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: 'rsa' })}.${encoded(sound)}`;
      const forged = `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
      expect(await reason(verifier()(forged))).toBe('algorithm-not-allowed');
    }
  });

  test('signed with an algorithm that the issuer does not use', async () => {
    const verify = verifier({ algorithms: ['ES256'] });
    expect(await reason(verify(await token(rsa)))).toBe('algorithm-not-allowed');
  });

  test('sound, but longer than any real one', async () => {
    const padding = 'x'.repeat(8 * 1024);
    expect(await reason(verifier()(await token(ours, { padding })))).toBe('token-malformed');
  });

  test('signed with a key the issuer does not publish, under a new name or under one of its own', async () => {
    expect(await reason(verifier()(await token(other)))).toBe('key-unknown');
    expect(await reason(verifier()(await token({ ...other, kid: 'one' })))).toBe('signature-invalid');
  });

  test('with a key of its own in the header', async () => {
    expect(await reason(verifier()(await token(other, {}, { kid: 'one', jwk: other.jwk })))).toBe(
      'signature-invalid',
    );
  });

  test('altered in any part', async () => {
    const [header = '', payload = '', signature = ''] = (await token(ours)).split('.');
    const raised = Buffer.from(JSON.stringify({ ...sound, roles: ['Auditor'] })).toString('base64url');
    expect(await reason(verifier()(`${header}.${raised}.${signature}`))).toBe('signature-invalid');
    const turned = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    expect(await reason(verifier()(`${header}.${payload}.${turned}`))).toBe('signature-invalid');
  });

  test.each([[''], ['.'], ['..'], ['a.b'], ['a.b.c'], ['a.b.c.d.e'], ['\u{1f600}'], ['x'.repeat(9_000)]])(
    'malformed: %#',
    async (text) => {
      expect(await reason(verifier()(text))).toBe('token-malformed');
    },
  );
});

describe('a verifier', () => {
  test('takes no shared-secret algorithm and no generous clock', () => {
    const symmetric: Partial<TokenVerifierOptions> = JSON.parse('{ "algorithms": ["ES256", "HS256"] }');
    expect(() => verifier(symmetric)).toThrow(RangeError);
    expect(() => verifier({ algorithms: [] })).toThrow(RangeError);
    for (const clockToleranceSeconds of [6, -1, Number.NaN])
      expect(() => verifier({ clockToleranceSeconds })).toThrow(RangeError);
  });

  test('remembers a token, ten minutes at most and never beyond its expiry', async () => {
    let at = now;
    const verify = verifier({ now: () => at });
    const [short, long] = [await token(ours), await token(ours, { exp: seconds + 3_600 })];
    const [first, lasting] = [await verify(short), await verify(long)];
    at = new Date(now.getTime() + 59_999);
    expect(await verify(short)).toBe(first);
    at = new Date(now.getTime() + 65_000);
    expect(await reason(verify(short))).toBe('token-expired');
    at = new Date(now.getTime() + 599_999);
    expect(await verify(long)).toBe(lasting);
    at = new Date(now.getTime() + 600_000);
    expect(await verify(long)).not.toBe(lasting);
  });

  test('remembers a bounded number of tokens', async () => {
    const verify = verifier({ rememberedMax: 2 });
    const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => token(ours, { sub })));
    const [first] = await inTurn(tokens, verify);
    expect(await verify(tokens[2] ?? '')).toBe(await verify(tokens[2] ?? ''));
    expect(await verify(tokens[0] ?? '')).not.toBe(first);
  });
});

describe('keys that the issuer publishes', () => {
  let server: Server;
  let published: () => { status: number; body: string };
  let fetches = 0;
  let url: URL;

  beforeEach(async () => {
    fetches = 0;
    published = () => ({ status: 200, body: JSON.stringify({ keys: [ours.jwk] }) });
    server = createServer((_, response) => {
      fetches += 1;
      const { status, body } = published();
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = new URL(`http://127.0.0.1:${portOf(server)}/jwks`);
  });
  afterEach(() => new Promise<void>((closed) => server.close(() => closed())));

  test('are fetched once, and again when a token names a new one', async () => {
    const verify = verifier({ jwks: url, refetchCooldownMs: 0 });
    await Promise.all([verify(await token(ours)), verify(await token(ours, { sub: 'birch' }))]);
    expect(fetches).toBe(1);
    published = () => ({ status: 200, body: JSON.stringify({ keys: [other.jwk] }) });
    expect((await verify(await token(other))).subject).toBe('alder');
    expect(fetches).toBe(2);
    expect(await reason(verify(await token(ours, { sub: 'cedar' })))).toBe('key-unknown');
  });

  test('are not fetched for every invented name', async () => {
    const verify = verifier({ jwks: url });
    await verify(await token(ours));
    for (const kid of ['x', 'y', 'z'])
      expect(await reason(verify(await token({ ...other, kid })))).toBe('key-unknown');
    expect(fetches).toBe(1);
  });

  test.each([
    ['an error', { status: 500, body: '{}' }],
    ['a redirect', { status: 302, body: '' }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['no key set', { status: 200, body: '{"keys":"none"}' }],
  ])('are unavailable when the issuer answers with %s, and had when it recovers', async (_, answer) => {
    const right = published;
    published = () => answer;
    const verify = verifier({ jwks: url });
    await expect(verify(await token(ours))).rejects.toBeInstanceOf(IssuerUnavailable);
    published = right;
    expect((await verify(await token(ours))).subject).toBe('alder');
  });

  test('are unavailable when nobody answers; who is known already stays known', async () => {
    const verify = verifier({ jwks: url, refetchCooldownMs: 0 });
    const known = await token(ours);
    const caller = await verify(known);
    await new Promise<void>((closed) => server.close(() => closed()));
    await expect(verify(await token(other))).rejects.toBeInstanceOf(IssuerUnavailable);
    expect(await verify(known)).toBe(caller);
    expect((await verify(await token(ours, { sub: 'birch' }))).subject).toBe('birch');
  });

  test("that are too weak are the issuer's fault, not the caller's", async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
    published = () => ({
      status: 200,
      body: JSON.stringify({ keys: [{ ...weak, kid: 'rsa', alg: 'RS256' }] }),
    });
    await expect(verifier({ jwks: url })(await token(rsa))).rejects.toBeInstanceOf(IssuerUnavailable);
  });
});

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}

async function inTurn<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

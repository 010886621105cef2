import { decodeJwt, decodeProtectedHeader } from 'jose';
import { demoIssuer, demoTokenAlgorithm, type DemoIssuer } from './demo-issuer.js';
import { roles } from './roles.js';
import { tokenVerifier, type VerifyToken } from './token-verifier.js';

const options = {
  issuerUrl: 'http://127.0.0.1:4000/demo',
  audience: 'inquest',
  password: 'three words here',
  listenHost: '127.0.0.1',
};

let issuer: DemoIssuer;
let verify: VerifyToken;
beforeAll(async () => {
  issuer = await demoIssuer(options);
  verify = verifierOf(issuer);
});

function verifierOf({ jwks }: DemoIssuer): VerifyToken {
  const { issuerUrl, audience } = options;
  return tokenVerifier({ issuer: issuerUrl, audience, jwks, algorithms: [demoTokenAlgorithm] });
}

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const signIn = { grant_type: 'password', username: 'prosecutor2', password: options.password };

describe('demo users', () => {
  test('have a token each that says their one role, for twelve hours', async () => {
    expect(Object.keys(issuer.tokens)).toEqual(issuer.users.map(({ key }) => key));
    for (const { key, role, subject } of issuer.users) {
      const caller = await verify(issuer.tokens[key] ?? '');
      expect([caller.subject, caller.roles]).toEqual([subject, [role]]);
    }
    const { iat = 0, exp = 0, jti } = decodeJwt(issuer.tokens['Prosecutor'] ?? '');
    expect([exp - iat, typeof jti]).toEqual([12 * 3600, 'string']);
    expect(decodeProtectedHeader(issuer.tokens['Prosecutor'] ?? '').typ).toBe('at+jwt');
  });

  test('cover every role, and two people where a second is needed', () => {
    expect(new Set(issuer.users.map(({ role }) => role))).toEqual(new Set(roles));
    for (const key of [
      'Prosecutor2',
      'SupervisingProsecutor2',
      'Verifier2',
      'EvidenceCustodian2',
      'WitnessProtectionOfficer2',
    ])
      expect(issuer.tokens).toHaveProperty(key);
    for (const property of ['key', 'username', 'subject', 'name'] as const)
      expect(new Set(issuer.users.map((user) => user[property])).size).toBe(issuer.users.length);
  });

  test('are the same people after a start, with new tokens: the old ones end', async () => {
    const next = await demoIssuer(options);
    expect(next.users).toEqual(issuer.users);
    await expect(verifierOf(next)(issuer.tokens['Auditor'] ?? '')).rejects.toMatchObject({
      reason: 'key-unknown',
    });
  });

  test('publish no private key', () => {
    expect(issuer.jwks.keys.map((key) => Object.keys(key).toSorted())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
    ]);
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '127.example.org', 'inquest.example', ''])(
    'are not signed in by a server that listens on %j',
    async (listenHost) => {
      await expect(demoIssuer({ ...options, listenHost })).rejects.toThrow(/loopback only/);
    },
  );

  test.each(['localhost', '::1', '127.0.0.1', '127.8.9.10'])('are signed in on %s', async (listenHost) => {
    await expect(demoIssuer({ ...options, listenHost })).resolves.toHaveProperty('tokens');
  });
});

describe('the token endpoint', () => {
  test('gives a token for the right password, not to be stored', async () => {
    const { status, headers, body } = await issuer.tokenEndpoint(
      form({ ...signIn, scope: '', client_id: 'docs' }),
    );
    expect(status).toBe(200);
    expect(headers).toEqual({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 12 * 3600 });
    expect((await verify(String(body['access_token']))).roles).toEqual(['Prosecutor']);
  });

  test('does not tell an unknown user from a wrong password', async () => {
    const answers = [
      await issuer.tokenEndpoint(form({ ...signIn, password: 'guess' })),
      await issuer.tokenEndpoint(form({ ...signIn, username: 'nobody' })),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(answers[0]).toEqual(answers[1]);
  });

  test.each([
    ['nothing', '', 'invalid_request'],
    ['another grant', form({ ...signIn, grant_type: 'client_credentials' }), 'unsupported_grant_type'],
    ['no user', form({ grant_type: 'password', password: 'x' }), 'invalid_request'],
    ['no password', form({ grant_type: 'password', username: 'prosecutor' }), 'invalid_request'],
    ['an empty password', form({ ...signIn, password: '' }), 'invalid_request'],
    ['a field given twice', `${form(signIn)}&username=auditor`, 'invalid_request'],
    ['broken encoding', '%E0%A4%A&=&&;', 'invalid_request'],
  ])('refuses %s in the words of RFC 6749', async (_, body, error) => {
    const answer = await issuer.tokenEndpoint(body);
    expect(answer).toMatchObject({ status: 400, body: { error } });
    expect(JSON.stringify(answer)).not.toContain(options.password);
  });
});

import { Unauthenticated, bearerToken } from './unauthenticated.js';

test('the Authorization header carries one bearer token', () => {
  expect(bearerToken('Bearer a.b-c_d.e')).toBe('a.b-c_d.e');
  expect(bearerToken('bearer  abc==')).toBe('abc==');
});

test.each([
  [undefined, 'token-missing'],
  ['', 'token-missing'],
  ['Basic YTpi', 'token-missing'],
  ['Bearer', 'token-malformed'],
  ['Bearer a b', 'token-malformed'],
  ['Bearer "a"', 'token-malformed'],
])('the Authorization header %j has no token to verify', (header, reason) => {
  expect(() => bearerToken(header)).toThrow(expect.objectContaining({ name: 'Unauthenticated', reason }));
});

test('the challenge names the fault, but for a caller who sent no token', () => {
  expect(new Unauthenticated('token-missing').challenge).toBe('Bearer realm="inquest"');
  expect(new Unauthenticated('token-expired').challenge).toBe(
    'Bearer realm="inquest", error="invalid_token", error_description="The token has expired."',
  );
});

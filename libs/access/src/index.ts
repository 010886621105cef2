export { roles, type Role } from './roles.js';
export type { Caller } from './caller.js';
export { tokenVerifier, tokenAlgorithms } from './token-verifier.js';
export type { TokenAlgorithm, TokenVerifierOptions, VerifyToken } from './token-verifier.js';
export {
  Unauthenticated,
  IssuerUnavailable,
  bearerToken,
  type UnauthenticatedReason,
} from './unauthenticated.js';
export { demoIssuer, demoTokenAlgorithm, isLoopback } from './demo-issuer.js';
export type { DemoIssuer, DemoIssuerOptions, TokenAnswer } from './demo-issuer.js';
export type { DemoUser } from './demo-users.js';
export { loadPolicies } from './policy.js';
export type { Asking, Decision, Policy, Question, Resource } from './policy.js';
export { InvalidPolicies, type ActionDeclared, type PolicyText } from './policy-files.js';
export { policiesMarkdown } from './policies-markdown.js';

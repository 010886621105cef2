/** Every role there is. The list is closed: the policies' schema has the same, and a role outside it is ignored. */
export const roles = [
  'IntakeOfficer',
  'Analyst',
  'Investigator',
  'Verifier',
  'EvidenceCustodian',
  'Prosecutor',
  'SupervisingProsecutor',
  'WitnessProtectionOfficer',
  'DisclosureOfficer',
  'Auditor',
  'ServiceConsumer',
  'Administrator',
] as const;

export type Role = (typeof roles)[number];

/** The roles among what a token claims: known ones only, each once, always in the same order. */
export function rolesAmong(claimed: readonly unknown[]): readonly Role[] {
  return roles.filter((role) => claimed.includes(role));
}

import { derivedId } from '#event-sourcing';
import type { Role } from './roles.js';

/** A person who exists for trying the system out. Names are trees: they belong to no side. */
export interface DemoUser {
  /** The role, with a number for the second person: the name of the user's token. */
  readonly key: string;
  readonly username: string;
  readonly name: string;
  /** The same at every start: it stands in events. */
  readonly subject: string;
  readonly role: Role;
}

function demoUser(role: Role, name: string, second = false): DemoUser {
  const key = second ? `${role}2` : role;
  const username = key.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
  return { key, username, name, subject: derivedId('demo user', username), role };
}

/** One person per role, and two where an act needs a second person. */
export const demoUsers: readonly DemoUser[] = [
  demoUser('IntakeOfficer', 'Robin Alder'),
  demoUser('Analyst', 'Sam Birch'),
  demoUser('Investigator', 'Noor Hazel'),
  demoUser('Verifier', 'Kim Juniper'),
  demoUser('Verifier', 'Jo Willow', true),
  demoUser('EvidenceCustodian', 'Dana Linden'),
  demoUser('EvidenceCustodian', 'Toni Maple', true),
  demoUser('Prosecutor', 'Alex Rowan'),
  demoUser('Prosecutor', 'Mika Elm', true),
  demoUser('SupervisingProsecutor', 'Rene Hawthorn'),
  demoUser('SupervisingProsecutor', 'Andrea Aspen', true),
  demoUser('WitnessProtectionOfficer', 'Lee Laurel'),
  demoUser('WitnessProtectionOfficer', 'Chris Cedar', true),
  demoUser('DisclosureOfficer', 'Charlie Olive'),
  demoUser('Auditor', 'Jean Larch'),
  demoUser('ServiceConsumer', 'Partner service'),
  demoUser('Administrator', 'Pat Spruce'),
];

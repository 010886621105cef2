import type { Static } from 'typebox';
import type { Actor, DeepReadonly } from '#event-sourcing';
import { object, subject } from './values.js';

/**
 * The person behind an act: whoever a service acts for, else whoever acts. So one person has one name, and two people
 * have two, also when they act through the same service.
 */
export function personOf({ subject: acting, onBehalfOf = acting }: Actor): string {
  return onBehalfOf;
}

/** Who acted: the person, and the subject that was signed in, another's where it acted for the person. */
export const who = object({ person: subject, subject });
export type Who = DeepReadonly<Static<typeof who>>;

export function whoIs(actor: Actor): Static<typeof who> {
  return { person: personOf(actor), subject: actor.subject };
}

/**
 * Whether one person may be behind two acts that take two people. Acting for another is no way to become a second
 * person, on either side. Two people who use the same service stay two.
 */
export function isSamePerson(one: Who, other: Who): boolean {
  return one.person === other.person || one.person === other.subject || one.subject === other.person;
}

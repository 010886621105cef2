import type { Actor } from '#event-sourcing';

/**
 * The person behind an act: whoever a service acts for, else whoever acts. What asks for two people compares these,
 * so that one person is not two by acting once through a service, nor two people one by using the same service.
 */
export function personOf({ subject, onBehalfOf = subject }: Actor): string {
  return onBehalfOf;
}

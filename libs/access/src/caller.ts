import type { Role } from './roles.js';

/** Who asks, as a verified token says. Subjects are pseudonymous: they stand in events for ever. */
export interface Caller {
  /** Who acts: a person or a service. */
  readonly subject: string;
  /** Possibly none: signed in, and allowed nothing. */
  readonly roles: readonly Role[];
  readonly issuer: string;
  /** The person for whom a service acts. Comparisons of persons (four eyes, conflicts) have to look at both. */
  readonly onBehalfOf?: string;
  readonly expiresAt: Date;
}

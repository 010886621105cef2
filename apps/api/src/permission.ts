import type { Caller, Policy } from '#access';
import { notFound, Problem } from './problems/problem.js';
import type { ResourceKind } from './resources.js';

/** The one place where the policies are asked about commands and queries. */
export class Permission {
  constructor(private readonly policy: Policy) {}

  /** Throws `forbidden`, for what concerns no single resource: making one, lists, figures and the log. */
  demandOfArchive(caller: Caller, action: string): void {
    if (!this.allowsOfArchive(caller, action)) throw new Problem('forbidden');
  }

  allowsOfArchive(caller: Caller, action: string): boolean {
    return this.policy.decide({ caller, action, resource: { type: 'Archive' } }).allowed;
  }

  /** Whether the caller may do this to some resource, in some state. */
  allowsEver(caller: Caller, action: string): boolean {
    return this.policy.mayEver(caller, action);
  }

  /** Whether the caller may do this to a resource in this state. */
  allows(caller: Caller, action: string, kind: ResourceKind, state: unknown): boolean {
    return this.policy.decide({ caller, action, resource: kind.resource(state) }).allowed;
  }

  /** The answer to who may not do this to a resource in this state: the one that a missing resource gets. */
  denial(caller: Caller, action: string, kind: ResourceKind, state: unknown): Problem | undefined {
    return this.allows(caller, action, kind, state) ? undefined : notFound();
  }

  demand(caller: Caller, action: string, kind: ResourceKind, state: unknown): void {
    const denial = this.denial(caller, action, kind, state);
    if (denial) throw denial;
  }
}

import type { Bearing } from '../value-lists.js';
import type { Case } from './guards.js';

/** A bearing that is to be another: of an item in the case, or of the item on one issue of it. */
export interface Reassessment {
  readonly evidenceId: string;
  readonly issueId?: string;
  readonly to: Bearing;
  readonly reason: string;
}

/** The bearing as it is now; an item has none on an issue before it was reviewed for it. */
export function bearingNow({ evidence }: Case, { evidenceId, issueId }: Reassessment): Bearing {
  const linked = evidence[evidenceId];
  return (issueId === undefined ? linked?.bearing : linked?.issueBearings[issueId]) ?? 'unreviewed';
}

/** What an approval of a reassessment binds: which part of the item, why it is in the case, and how it bears on it. */
export function reassessmentMaterial(state: Case, reassessment: Reassessment): object {
  const { evidenceId, issueId, to, reason } = reassessment;
  const { digest, locator, relevance, statement } = state.evidence[evidenceId] ?? {};
  const from = bearingNow(state, reassessment);
  return { evidenceId, digest, locator, relevance, statement, issueId, from, to, reason };
}

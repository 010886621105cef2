import { type Context, type DeepReadonly, type Observation, observation } from '#event-sourcing';
import { isSame } from '../same.js';
import type { BreachKind, IntegrityOccasion } from '../value-lists.js';
import { type Content, holdingOf } from './content.js';
import { type Evidence, IntegrityBreachDetected, IntegrityChecked } from './evidence.js';
import { breachesOf, type ContentFinding, type Measured } from './integrity.js';

/**
 * Has the stored bytes hashed again, by the digest and by the list of blocks. Bytes are written once under their digest
 * and no decision changes them, so what was found a moment before the append is as good as what would be found then.
 */
export const contentCheck = ({ digest, length, blocks }: Content): Observation<ContentFinding> =>
  observation<ContentFinding>('content', {
    digest: { ...digest },
    length,
    blocks: { ...blocks },
  });

/** Content that something was found out about: of the item, or of the working copy that is named. */
export interface Looked {
  readonly copyId?: string | undefined;
  readonly by: IntegrityOccasion;
}
type Item = DeepReadonly<Evidence>;
type Moment = Pick<Context, 'now' | 'newId'>;

/**
 * What is recorded of a finding. Intact: once a day unless it was broken before, for a second check on one day says
 * nothing new. Broken: each breach once, until two people resolved it.
 */
export function eventsOfFinding(item: Item, looked: Looked, finding: ContentFinding, { now, newId }: Moment) {
  const { copyId, by } = looked;
  const holding = holdingOf(item, copyId);
  if (!holding?.content) return [];
  const { digest, length } = holding.content;
  const { intact, checkedAt } = holding.integrity;
  const of = copyId === undefined ? {} : { copyId };
  if (finding.intact) {
    if (intact === true && checkedAt !== undefined && dayOf(checkedAt) === dayOf(now)) return [];
    return [IntegrityChecked({ ...of, by, digest: { ...digest }, length, checkedAt: now })];
  }
  const { kind, found, foundLength } = finding.breach;
  const measured = {
    ...(found && { digest: found }),
    ...(foundLength === undefined ? {} : { length: foundLength }),
  };
  if (intact === false && isKnownBreach(item, copyId, kind, measured)) return [];
  return [
    IntegrityBreachDetected({
      breachId: newId('breach of content'),
      ...of,
      by,
      kind,
      expected: { digest: { ...digest }, length },
      found: measured,
      checkedAt: now,
    }),
  ];
}

/** Whether just this was found before, and was not put right since. */
export function isKnownBreach(
  item: Item,
  copyId: string | undefined,
  kind: BreachKind,
  found: Measured,
): boolean {
  return breachesOf(item, copyId).some(
    ([, known]) =>
      known.kind === kind &&
      isSame(known.found, found) &&
      (known.resolved === undefined || known.resolved.outcome === 'acknowledged'),
  );
}

const dayOf = (instant: string): string => instant.slice(0, '2025-03-01'.length);

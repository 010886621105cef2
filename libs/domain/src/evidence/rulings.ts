import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import { isBefore } from '../before.js';
import { isSameName, plain } from '../same.js';
import { admissibilityDecision } from '../value-lists.js';
import { dayOrInstant, irregularities, object, text } from '../values.js';

/** What a court said of an item in one proceeding. */
export const ruling = object({
  forum: text(300),
  proceeding: text(300),
  decision: admissibilityDecision,
  ground: text(4000),
  ruledOn: Type.Optional(dayOrInstant),
  irregularities,
});
type Ruling = DeepReadonly<Static<typeof ruling>>;

/**
 * What a forum makes of an item by its rulings in the order they were entered. One proceeding that excludes it is
 * enough; nothing where no ruling decides.
 */
export function rulingBefore(rulings: readonly Ruling[], forum: string): 'admitted' | 'excluded' | undefined {
  const decisions = inForce(rulings.filter((ruled) => isSameName(ruled.forum, forum) && decides(ruled)));
  if (decisions.length === 0) return undefined;
  return decisions.includes('excluded') ? 'excluded' : 'admitted';
}

/** What is reserved is not decided. An admission counts only if it is on record without irregularities. */
const decides = ({ decision, irregularities: found }: Ruling): boolean =>
  decision === 'excluded' || (decision !== 'reserved' && found.length === 0);

/**
 * The newest decision of each proceeding. Rulings are entered late and in any order, so the day of the ruling counts;
 * one without a day that can be trusted is as new as the newest that was known when it was entered.
 */
function inForce(rulings: readonly Ruling[]): Ruling['decision'][] {
  const newest = new Map<string, { decision: Ruling['decision']; on: string | undefined }>();
  for (const { proceeding, decision, ruledOn, irregularities: found } of rulings) {
    const known = newest.get(plain(proceeding));
    const on = found.length === 0 ? ruledOn : undefined;
    if (on !== undefined && known?.on !== undefined && isBefore(on, known.on)) continue;
    newest.set(plain(proceeding), { decision, on: on ?? known?.on });
  }
  return [...newest.values()].map(({ decision }) => decision);
}

interface Ruled {
  readonly admissibility: readonly Ruling[];
}

/** Whether the forum excluded the item. */
export function isExcluded({ admissibility }: Ruled, forum: string): boolean {
  return rulingBefore(admissibility, forum) === 'excluded';
}

/** Whether the item is irregular still. The forum's admission cures it; where none is named, that of any forum. */
export function isIrregular(
  { irregularities: found, admissibility }: Ruled & { readonly irregularities: readonly string[] },
  forum?: string,
): boolean {
  return found.length > 0 && !isAdmitted(admissibility, forum);
}

/** Before the forum, or before any where none is named. */
export function isAdmitted(rulings: readonly Ruling[], forum: string | undefined): boolean {
  const forums = forum === undefined ? rulings.map((ruled) => ruled.forum) : [forum];
  return forums.some((one) => rulingBefore(rulings, one) === 'admitted');
}

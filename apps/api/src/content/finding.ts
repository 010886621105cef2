import type { Breach, Checked } from '#content-store';
import type { ContentFinding, FoundBreach } from '#domain';

/** What the store found, in the words of the domain. */
export const findingOf = (checked: Checked): ContentFinding =>
  checked.intact ? { intact: true } : { intact: false, breach: foundBreach(checked.breach) };

/** The digest of a single block is no digest of the content, so nothing is said to be found by it. */
export function foundBreach(breach: Breach): FoundBreach {
  if (breach.kind === 'length') return { kind: 'length', foundLength: breach.found };
  if (breach.kind === 'digest' && breach.block === undefined)
    return { kind: 'digest', found: { algorithm: breach.algorithm, value: breach.computed } };
  return { kind: breach.kind };
}

import { demand, type DeepReadonly } from '#event-sourcing';
import { guard, refuse } from '../refusals.js';
import type { Digest } from '../values.js';
import { type Content, holdingOf, isKnownBroken } from './content.js';
import type { Evidence } from './evidence.js';
import { isNotQuarantined } from './guards.js';

/** What may be done with content before a single byte of it moves. */

type Item = DeepReadonly<Evidence>;
type Digests = readonly [DeepReadonly<Digest>, ...DeepReadonly<Digest>[]];

/**
 * The digests that content must have to be taken for the item, or for the working copy that is named. Throws `Refused`
 * where none can be taken: better before hours of upload than after them.
 */
export function contentExpected(item: Item, copyId: string | undefined): Digests {
  const holding = holdingOf(item, copyId) ?? refuse('copy-unknown', copyId);
  const known = copyId === undefined ? item.digests : (item.copies[copyId]?.digests ?? []);
  const [first, ...others] = known;
  if (first === undefined) return refuse('digest-not-registered');
  if (!isKnownBroken(holding)) demand(isNotQuarantined(item, copyId));
  return [first, ...others];
}

/** What our store holds of the item, or of the working copy that is named. Throws `Refused` where nothing may be given. */
export function heldContent(item: Item, copyId: string | undefined): Content {
  const holding = holdingOf(item, copyId) ?? refuse('copy-unknown', copyId);
  demand(guard('content-not-held', holding.content !== undefined), isNotQuarantined(item, copyId));
  return holding.content ?? refuse('content-not-held');
}

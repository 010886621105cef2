import { type Static, Type } from 'typebox';
import type { DeepReadonly } from '#event-sourcing';
import {
  byteLength,
  count,
  digest,
  fileName,
  instant,
  mediaType,
  object,
  sha256,
  subject,
} from '../values.js';

/** How the store cut the content up: blocks of so many bytes, and the digest of the list of their digests. */
export const blocks = object({ bytes: Type.Integer({ minimum: 1, maximum: 2 ** 30 }), digest: sha256 });

export type Blocks = Static<typeof blocks>;

/** One for each algorithm, the one to cite by first. */
export const digests = Type.Array(digest, { minItems: 1, maxItems: 8 });

/** What our store holds under an address, its digest; written once. */
export const stored = {
  digest,
  /** The same content by every algorithm it was hashed by. */
  digests,
  length: byteLength,
  blocks,
  mediaType,
  fileName: Type.Optional(fileName),
};
export const content = object({ ...stored, storedBy: subject });
export type Content = DeepReadonly<Static<typeof content>>;

/** What became of looking at the stored content: how often, when last, and whether it was then what was stored. */
export const integrity = object({
  checks: count,
  checkedAt: Type.Optional(instant),
  /** Absent before it was looked at, and once it was stored anew. */
  intact: Type.Optional(Type.Boolean()),
});

/** What may have content in our store: an item, or a working copy of it. */
export interface Holding {
  content?: Static<typeof content>;
  integrity: Static<typeof integrity>;
}
type Held = DeepReadonly<Holding>;

type HoldingItem = Held & { readonly copies: Readonly<Record<string, Held | undefined>> };

/** The item itself, or the working copy that is named; nothing where there is no such copy. */
export const holdingOf = (item: HoldingItem, copyId: string | undefined): Held | undefined =>
  copyId === undefined ? item : item.copies[copyId];

/** Whether the stored content was, when it was last looked at, not what had been stored. */
export const isKnownBroken = ({ content: held, integrity: { intact } }: Held): boolean =>
  held !== undefined && intact === false;

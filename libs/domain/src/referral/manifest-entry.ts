import { type Static, Type } from 'typebox';
import { byteLength, count, digest, id, object, reviewedDigest, streamName } from '../values.js';

/** More streams than a recipient could review are several referrals. */
export const manifestEntriesMax = 500;

/** One file of the package under `content/`: an item's content or a working copy's. */
export const manifestContent = object({
  /** The working copy it is of; absent for the item itself. */
  copyId: Type.Optional(id),
  digest,
  length: byteLength,
  /** Made of an id and a digest, never of what somebody wrote. */
  name: Type.String({ pattern: '^[0-9a-f-]{36}-[0-9a-f]{12}$', maxLength: 49 }),
});
export type ManifestContent = Static<typeof manifestContent>;

/** A stream as it was when the manifest was drawn up. */
export const manifestEntry = object({
  stream: streamName,
  /** The events up to this one are handed on. */
  revision: count,
  /** Over the material part of the state: what a second person reviewed. */
  digest: reviewedDigest,
  content: Type.Optional(Type.Array(manifestContent, { minItems: 1, maxItems: 50 })),
});
export type ManifestEntry = Static<typeof manifestEntry>;

export const manifest = Type.Array(manifestEntry, { maxItems: manifestEntriesMax });

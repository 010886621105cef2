import { Type } from 'typebox';
import { decision, demand, Field } from '#event-sourcing';
import { guard, refuse } from '../refusals.js';
import { isSame } from '../same.js';
import { byteLength, digest, type Digest, fileName, type Id, id, mediaType } from '../values.js';
import { type Blocks, blocks, digests, holdingOf, isKnownBroken } from './content.js';
import { ContentStored, evidence } from './evidence.js';
import { isNotQuarantined } from './guards.js';

/**
 * Records that our store holds the content of the item, or of a working copy of it. Not for users: the server sends it
 * for whoever uploaded, once it has received, hashed and stored every byte; so every digest here is its own.
 */
export class StoreContent {
  @Field(Type.Optional(id)) readonly copyId?: Id;
  /** The address in the store: the first registered digest. */
  @Field(digest) readonly digest!: Digest;
  /** By every algorithm the content was hashed by, the registered ones among them. */
  @Field(digests) readonly digests!: Digest[];
  @Field(byteLength) readonly length!: number;
  @Field(blocks) readonly blocks!: Blocks;
  /** As sniffed from the content. */
  @Field(mediaType) readonly mediaType!: string;
  @Field(Type.Optional(fileName)) readonly fileName?: string;
}

/**
 * Content is stored once: the same bytes again change nothing, under whatever name they come. Only where the stored
 * bytes are known to be broken are they stored anew. Of two uploads at once the first is recorded, and the second,
 * whose bytes are the same, finds it done. Bytes that are refused here stay in the store under their digest, where
 * nothing refers to them.
 */
export const storeContent = decision(evidence, StoreContent, {
  decide: (state, command) => {
    const { copyId } = command;
    const holding = holdingOf(state, copyId) ?? refuse('copy-unknown', copyId);
    const known = copyId === undefined ? state.digests : (state.copies[copyId]?.digests ?? []);
    const isAmong = (registered: unknown) => command.digests.some((computed) => isSame(computed, registered));
    demand(
      guard('digest-not-registered', known.length > 0),
      guard('content-differs', isSame(command.digest, known[0]) && known.every(isAmong)),
    );
    if (holding.content && !isKnownBroken(holding)) return [];
    if (!isKnownBroken(holding)) demand(isNotQuarantined(state, copyId));
    return [ContentStored({ ...command })];
  },
});

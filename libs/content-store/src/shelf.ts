import type { Digest } from './content-store.js';

/** What an adapter gives to the reading side, which trusts nothing of it. */
export interface Shelf {
  /** @throws ContentBreach when nothing, or no file, stands at the address. */
  open(digest: Digest): Promise<Held>;
  /** What is kept as block list, at most one byte more than `bytesMax`; undefined when there is none. */
  blockList(digest: Digest, bytesMax: number): Promise<Uint8Array | undefined>;
  /** Puts a verified block list in the place of whatever is there. */
  keepBlockList(digest: Digest, list: Uint8Array): Promise<void>;
}

/** Content as it lies there, unverified. */
export interface Held {
  readonly length: number;
  /**
   * The bytes from `start` to before `end` in pieces of exactly `bytes`, the last shorter; ends early where the content
   * does. Each piece is memory of its own.
   */
  pieces(start: number, end: number, bytes: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

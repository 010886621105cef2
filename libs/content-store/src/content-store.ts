/**
 * The port of every place that keeps the content of evidence. The contract suite beside it (`contract/`) says the same
 * in tests; a store is right when it passes all of them.
 *
 * Content has no name: its address is its digest, so a name that somebody chose never becomes a path, and the same
 * content is kept once. Whoever holds a `ContentRef` can verify every byte, whoever runs the store.
 */

/** The algorithms an item may be registered with (FIPS 180-4, FIPS 202). */
export type DigestAlgorithm = 'sha-256' | 'sha-384' | 'sha-512' | 'sha3-256';

export interface Digest {
  readonly algorithm: DigestAlgorithm;
  /** Hexadecimal, lower case. */
  readonly value: string;
}

/** What an event remembers of stored content; enough to find and verify every byte of it. */
export interface ContentRef {
  /** The address: the first of the digests that were expected of it. */
  readonly digest: Digest;
  /** In bytes. */
  readonly length: number;
  /** The content is cut into blocks of `bytes`, the last may be shorter. */
  readonly blocks: {
    readonly bytes: number;
    /** SHA-256, hexadecimal, of the block list: the 32 bytes of the SHA-256 of each block, one after the other. */
    readonly digest: string;
  };
}

export interface Stored extends ContentRef {
  /** Recognised by its first bytes, never by a name; `application/octet-stream` when they say nothing. */
  readonly mediaType: string;
  /** The store had it already, intact, and kept that. */
  readonly alreadyHeld: boolean;
}

/** What must be true of content before any of it is kept. */
export interface Expected {
  readonly digests: readonly [Digest, ...Digest[]];
  /** In bytes. */
  readonly length: number;
}

/** Inclusive start, exclusive end, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** How kept content differs from what its reference says. */
export type Breach =
  | { readonly kind: 'missing' }
  /** A folder, a symbolic link or something else stands in its place. */
  | { readonly kind: 'notAFile' }
  | { readonly kind: 'length'; readonly expected: number; readonly found: number }
  | {
      readonly kind: 'digest';
      readonly algorithm: DigestAlgorithm;
      readonly expected: string;
      readonly computed: string;
      /** From 0; left out where the whole content was hashed. */
      readonly block?: number;
    }
  /** The list of block digests is missing (`computed` is left out) or is not the one of the reference. */
  | { readonly kind: 'blockList'; readonly expected: string; readonly computed?: string };

export type Checked = { readonly intact: true } | { readonly intact: false; readonly breach: Breach };

export interface CheckOptions {
  readonly signal?: AbortSignal;
  /** Reads no faster than this on average; as fast as the store gives it unless told. */
  readonly bytesPerSecondMax?: number;
  /** Told the number of bytes hashed since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Every method may throw `ContentStoreUnavailable`, the reason of the signal that aborted it, or a `TypeError` or
 * `RangeError` when what it was given is no digest, no length or no range. All may run at once, also in many
 * processes on the same place.
 */
export interface ContentStore {
  /**
   * Reads the content once, block by block, and keeps it when its length and all its digests are as expected. When it
   * settles, the content survives a crash of the process and of the machine. When it fails, whatever the reason,
   * nothing stands at the address that did not stand there before. Damaged content at the address is moved aside,
   * never deleted, and replaced.
   *
   * @throws DigestMismatch, LengthMismatch, StoreFull, and whatever `content` throws.
   */
  put(content: AsyncIterable<Uint8Array>, expected: Expected, signal?: AbortSignal): Promise<Stored>;

  /**
   * The bytes of a range, of the whole content unless told. Each block is verified before any byte of it is given out.
   *
   * @throws ContentBreach, also in the middle: what was given out until then is verified and stays true.
   */
  read(ref: ContentRef, range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;

  /**
   * Hashes the whole content anew, one block in memory. When the content is intact and only its block list is missing
   * or damaged, the list is computed again and kept.
   */
  check(ref: ContentRef, options?: CheckOptions): Promise<Checked>;

  /**
   * Removes what uploads left behind that were interrupted longer ago than this, in milliseconds; it must be more than
   * any upload may rest. Says how many pieces and how many bytes were freed.
   */
  sweep(olderThanMs: number): Promise<{ removed: number; bytes: number }>;

  /** Ends connections. Nothing may be asked of the store afterwards. */
  close(): Promise<void>;
}

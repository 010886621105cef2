import type { Breach, Digest, DigestAlgorithm } from './content-store.js';

export interface ComputedDigest {
  readonly algorithm: DigestAlgorithm;
  readonly expected: string;
  readonly computed: string;
}

/** The content is not what it was said to be. Nothing of it was kept. */
export class DigestMismatch extends Error {
  override readonly name = 'DigestMismatch';
  /** `digests` are all that were expected, also those that were met. */
  constructor(readonly digests: readonly ComputedDigest[]) {
    const differing = digests.filter(({ expected, computed }) => expected !== computed);
    const words = differing.map((one) => `${one.algorithm} is ${one.computed}, expected ${one.expected}`);
    super(`The content was not kept: its ${words.join('; its ')}.`);
  }
}

/** The content is shorter or longer than it was said to be. Nothing of it was kept. */
export class LengthMismatch extends Error {
  override readonly name = 'LengthMismatch';
  constructor(
    readonly expected: number,
    /** The bytes that had come; of content that is too long, no more were taken. */
    readonly found: number,
  ) {
    const words = found > expected ? `at least ${found}` : `${found}`;
    super(`The content was not kept: it has ${words} bytes, expected ${expected}.`);
  }
}

/** What is kept is not what the reference says. */
export class ContentBreach extends Error {
  override readonly name = 'ContentBreach';
  constructor(
    readonly digest: Digest,
    readonly breach: Breach,
    consequence = '',
  ) {
    super(`The content ${digest.algorithm} ${digest.value} ${wordsOf(breach)}.${consequence}`);
  }
}

function wordsOf(breach: Breach): string {
  switch (breach.kind) {
    case 'missing':
      return 'is missing';
    case 'notAFile':
      return 'is not a file';
    case 'length':
      return `has ${breach.found} bytes, expected ${breach.expected}`;
    case 'digest': {
      const part = breach.block === undefined ? 'has' : `has in block ${breach.block}`;
      return `${part} the ${breach.algorithm} ${breach.computed}, expected ${breach.expected}`;
    }
    default:
      return breach.computed === undefined
        ? `has no list of blocks, expected one with the SHA-256 ${breach.expected}`
        : `has a list of blocks with the SHA-256 ${breach.computed}, expected ${breach.expected}`;
  }
}

/** There is no room for the content, or its owner's quota is used up. Nothing of it was kept. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
}

/** The store cannot be reached, refuses access, or fails. An upload may be tried again. */
export class ContentStoreUnavailable extends Error {
  override readonly name = 'ContentStoreUnavailable';
}

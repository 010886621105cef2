import type { ContentRef, ContentStore } from '../content-store.js';

/** How a spec file gives its store to the contract. */
export interface ContentHarness {
  /** A new, empty place. */
  open(): Promise<ContentPlace>;
}

/** A store and what its operator, or somebody who should not, can do behind its back. */
export interface ContentPlace {
  readonly store: ContentStore;
  /** A second store on the same place, as another process would have one. */
  readonly other: ContentStore;
  /** Addresses of all content that is kept, in order. */
  addresses(): Promise<readonly string[]>;
  /** How many pieces of unfinished uploads there are. */
  leftBehind(): Promise<number>;
  /** What was moved aside as damaged. */
  damaged(): Promise<readonly Uint8Array[]>;
  /** Puts other bytes in the place of kept content, or of its block list; undefined removes it. */
  tamper(ref: ContentRef, what: 'content' | 'blockList', bytes: Uint8Array | undefined): Promise<void>;
  /** Leaves behind what an upload of these bytes leaves when its process dies just before the end. */
  interrupt(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a place before the tests of the surrounding `describe` and closes it after them. */
export function placeOf(harness: ContentHarness): () => ContentPlace {
  let place: ContentPlace | undefined;
  beforeAll(async () => {
    place = await harness.open();
  });
  afterAll(() => place?.close());
  return () => {
    if (place === undefined) throw new Error('the place is open only while tests run');
    return place;
  };
}

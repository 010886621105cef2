import { breaches } from './breaches.js';
import type { ContentHarness } from './harness.js';
import { putting } from './putting.js';
import { reading } from './reading.js';
import { refusing } from './refusing.js';
import { sweeping } from './sweeping.js';

export type { ContentHarness, ContentPlace } from './harness.js';

/** Defines the tests that a store passes when it keeps every guarantee of the port. */
export function contentStoreContract(name: string, harness: ContentHarness): void {
  describe(`${name} keeps the contract of a content store`, () => {
    describe('putting', () => putting(harness));
    describe('refusing', () => refusing(harness));
    describe('reading', () => reading(harness));
    describe('breaches', () => breaches(harness));
    describe('sweeping', () => sweeping(harness));
  });
}

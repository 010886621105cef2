import { badInput } from './bad-input.js';
import { expectedRevisions } from './expected-revisions.js';
import type { StoreHarness } from './harness.js';
import { hotStream } from './hot-stream.js';
import { idempotency } from './idempotency.js';
import { lostAnswers } from './lost-answers.js';
import { nothingLost } from './nothing-lost.js';
import { randomOperations } from './random-operations.js';
import { reading } from './reading.js';
import { subscribing } from './subscribing.js';

export type { Capability, ContractLog, Disruption, StoreHarness } from './harness.js';
export { loadWithOracle } from './oracle.js';
export { eventually, sampleEvent, sampleStream } from './samples.js';

/**
 * Defines the tests that a store passes when it keeps every guarantee of the port. Call it once at the top of a spec
 * file. What a store cannot offer it declares in the harness, and the report shows it.
 */
export function eventStoreContract(name: string, harness: StoreHarness): void {
  describe(`${name} keeps the contract of an event store`, () => {
    describe('expected revisions', () => expectedRevisions(harness));
    describe('idempotency', () => idempotency(harness));
    describe('lost answers', () => lostAnswers(harness));
    describe('bad input', () => badInput(harness));
    describe('reading', () => reading(harness));
    describe('subscribing', () => subscribing(harness));
    describe('one hot stream', () => hotStream(harness));
    describe('random operations', () => randomOperations(harness));
    describe('nothing is lost and nothing comes twice', () => nothingLost(harness));
  });
}

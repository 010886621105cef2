import type { EventStore, RecordedEvent } from '#event-sourcing';
import { type IncomingRecord, readInternalRecord, type Seal } from '#messaging';
import { differencesIn, projections, type ReadModels } from '#read-models';
import type { Receipt } from './load.js';

/** What has to hold after every fault, of everything that was acknowledged (reliability.md, I1 to I4). */
export interface Kept {
  readonly store: EventStore;
  /** What every command of the load was answered in the end, by its key. */
  readonly receipts: ReadonlyMap<string, Receipt>;
  readonly internal: readonly IncomingRecord[];
  readonly seal: Seal;
  /** By public topic. */
  readonly published: readonly (readonly IncomingRecord[])[];
  readonly readModels: ReadModels;
  /** Whether the views are built anew, too, and compared. */
  readonly builtAnew: boolean;
}

/** Throws with what does not hold. */
export async function checkInvariants(kept: Kept): Promise<void> {
  const log = await wholeLog(kept.store);
  expectGapless(log);
  expectAcknowledgedOnce(log, kept.receipts);
  expectOnTopic(log, kept);
  expectPublished(log, kept.published);
  await expectProjected(log, kept);
}

async function wholeLog(store: EventStore): Promise<RecordedEvent[]> {
  const log: RecordedEvent[] = [];
  for (;;) {
    const page = await store.readAll(log.at(-1)?.position ?? 0n, 1_000);
    if (page.length === 0) return log;
    log.push(...page);
  }
}

/** I3: positions, and the revisions of each stream. */
function expectGapless(log: readonly RecordedEvent[]): void {
  const revisions = new Map<string, number>();
  for (const [at, { position, stream, revision }] of log.entries()) {
    expect(position).toBe(BigInt(at + 1));
    expect([stream, revision]).toEqual([stream, (revisions.get(stream) ?? -1) + 1]);
    revisions.set(stream, revision);
  }
}

/** I1 and I2 in the store: what was acknowledged is there, once, where the receipt says; and nothing else is. */
function expectAcknowledgedOnce(log: readonly RecordedEvent[], receipts: ReadonlyMap<string, Receipt>): void {
  const acknowledged = [...receipts.values()].flatMap(({ stream, revision, eventIds }) =>
    eventIds.map((id, at) => `${id} ${stream} ${revision - eventIds.length + 1 + at}`),
  );
  const stored = log.map(({ id, stream, revision }) => `${id} ${stream} ${revision}`);
  expect(stored.toSorted()).toEqual(acknowledged.toSorted());
}

/** I1 on the internal topic: without its repeats it is the log. */
function expectOnTopic(log: readonly RecordedEvent[], { internal, seal }: Kept): void {
  const first: RecordedEvent[] = [];
  for (const record of internal) {
    const read = readInternalRecord(record, seal);
    if ('fault' in read) throw new Error(`offset ${record.offset}: ${read.fault}`);
    if (read.event.position > (first.at(-1)?.position ?? 0n)) first.push(read.event);
  }
  expect(first).toEqual(log);
}

/** Each event of the load leaves: on its topic, once without repeats, in the order of its stream. */
function expectPublished(
  log: readonly RecordedEvent[],
  published: readonly (readonly IncomingRecord[])[],
): void {
  const seen = new Map<string, number>();
  for (const topic of published)
    for (const { headers } of topic) {
      const [stream = '', revision] = [headers['ce_subject'], Number(headers['ce_revision'])];
      const newest = seen.get(stream) ?? -1;
      if (revision <= newest) continue;
      expect([stream, revision]).toEqual([stream, newest + 1]);
      seen.set(stream, revision);
    }
  const wanted = new Map(log.map(({ stream, revision }) => [stream, revision]));
  expect(seen).toEqual(wanted);
}

/** I1 in the views, and I4: all of the log is in, nothing is parked, and built anew the rows are the same. */
async function expectProjected(
  log: readonly RecordedEvent[],
  { readModels, builtAnew }: Kept,
): Promise<void> {
  const head = log.at(-1)?.position ?? 0n;
  for (const { name, position, parked } of await readModels.status())
    expect([name, position, parked]).toEqual([name, head, 0]);
  for (const { name } of builtAnew ? projections : []) {
    const { comparison } = await readModels.rebuild(name);
    expect([name, comparison]).toEqual([name, { position: head, tables: expect.any(Array) }]);
    expect([name, differencesIn(comparison)]).toEqual([name, []]);
    await readModels.dropOld(name);
  }
}

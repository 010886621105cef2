import * as fc from 'fast-check';
import { type EventStore, type EventToAppend, noStream, type RecordedEvent } from '../event-store.js';
import { inMemoryEventStore } from '../in-memory-event-store.js';
import { type ContractLog, logOf, type StoreHarness } from './harness.js';
import { idsOf, sampleEvent, sampleStream, streamOf } from './samples.js';

type Operation =
  | {
      readonly kind: 'append';
      readonly stream: number;
      readonly ahead: number;
      readonly ids: readonly number[];
    }
  | { readonly kind: 'readStream'; readonly stream: number; readonly from: number; readonly to: number }
  | { readonly kind: 'readAll'; readonly after: number; readonly limit: number }
  | { readonly kind: 'head' };

// Few streams and few ids, so that appends meet: at the right revision, beside it, again, and again with other events.
const stream = fc.nat(2);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      stream,
      ahead: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: -5, max: 2 })),
      ids: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('readStream' as const),
      stream,
      from: fc.integer({ min: -1, max: 12 }),
      to: fc.integer({ min: -1, max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('readAll' as const),
      after: fc.nat(30),
      limit: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'head' as const }) },
);

/** Whatever is asked in whatever order, the store answers as the in-memory store does. */
export function randomOperations(harness: StoreHarness): void {
  const log = logOf(harness);
  const seed = Math.floor(Math.random() * 2 ** 31);

  test(
    `agree with the model (seed ${seed})`,
    async () => {
      const property = fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 40 }), (operations) =>
        agree(log(), operations),
      );
      await fc.assert(property, { seed, numRuns: 60 * (harness.scale ?? 1) });
    },
    60_000 * (harness.scale ?? 1),
  );
}

/** One of the two stores that are compared. Their positions differ, so what stands at a position is compared. */
interface Side {
  readonly store: EventStore;
  readonly start: bigint;
  readonly appended: bigint[];
}

async function agree({ store, other }: ContractLog, operations: readonly Operation[]): Promise<void> {
  const streams = Array.from({ length: 3 }, sampleStream);
  const events = Array.from({ length: 6 }, () => sampleEvent());
  const model: Side = { store: inMemoryEventStore(), start: 0n, appended: [] };
  const real = { start: await store.head(), appended: [] };
  for (const [n, next] of operations.entries()) {
    const expected = await answerOf(model, next, streams, events);
    expect(await answerOf({ ...real, store: n % 2 ? store : other }, next, streams, events)).toEqual(
      expected,
    );
  }
}

async function answerOf(
  { store, start, appended }: Side,
  next: Operation,
  streams: readonly string[],
  events: readonly EventToAppend[],
): Promise<unknown> {
  const name = streams['stream' in next ? next.stream : 0] ?? '';
  const at = async (position: bigint) =>
    position === start ? 'start' : idsOf(await store.readAll(position - 1n, 1));
  switch (next.kind) {
    case 'append': {
      const recorded = await streamOf(store, name);
      const expected = Math.max(noStream, recorded.length - 1 + next.ahead);
      const chosen = next.ids.flatMap((id) => events[id] ?? []);
      try {
        const { revision, position } = await store.append(name, expected, chosen);
        appended.push(position);
        return { revision, at: await at(position) };
      } catch (error) {
        return error;
      }
    }
    case 'readStream':
      return comparable(await streamOf(store, name, next));
    case 'readAll': {
      const positions = [start, ...appended];
      const after = positions[next.after % positions.length] ?? start;
      return comparable(await store.readAll(after, next.limit));
    }
    default:
      return at(await store.head());
  }
}

const comparable = (events: readonly RecordedEvent[]) =>
  events.map(({ position: _position, recordedAt: _recordedAt, ...event }) => event);

import * as fc from 'fast-check';
import {
  appendBytesMax,
  appendEventsMax,
  type EventToAppend,
  InvalidAppend,
  noStream,
} from '../event-store.js';
import { logOf, type StoreHarness } from './harness.js';
import { sampleEvent, sampleEvents, sampleStream, streamOf } from './samples.js';

/** The bounds of the port: what breaks them is refused before anything is written, what keeps them comes back exactly. */
export function badInput(harness: StoreHarness): void {
  const log = logOf(harness);
  const uuid = '0b8f3c52-6f0b-4b0e-9a2c-2f6d0c8a1e57';

  test.each([
    '',
    'sample',
    uuid,
    `sample-${uuid.toUpperCase()}`,
    `Sample-${uuid}`,
    `two-words-${uuid}`,
    `sample_${uuid}`,
    `$sample-${uuid}`,
    `sample-${uuid}\n`,
    `sample-${uuid}\0`,
    `sample-${uuid.replaceAll('-', '')}`,
  ])('the stream name %j', async (stream) => {
    await refused({ stream }, 'stream-name');
  });

  test.each([-2, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 53])(
    'the revision %d',
    async (expected) => {
      await refused({ expected }, 'expected-revision');
    },
  );

  test.each(['', 'x', uuid.toUpperCase(), `{${uuid}}`, `${uuid} `])('the event id %j', async (id) => {
    await refused({ events: [{ ...sampleEvent(), id }] }, 'event-id');
  });

  test.each(['', 'two words', 'Recorded\0', 'A'.repeat(101)])('the event type %j', async (type) => {
    await refused({ events: [{ ...sampleEvent(), type }] }, 'event-type');
  });

  test.each([0, -1, 1.5, 40_000])('the schema version %d', async (schemaVersion) => {
    await refused({ events: [{ ...sampleEvent(), schemaVersion }] }, 'event-type');
  });

  test.each([
    '',
    '{',
    'undefined',
    "{'a':1}",
    '{"a":1}{"a":1}',
    '{"a":"\u0000"}',
    '{"a":"\\u0000"}',
    '{"a":"\\\\\\u0000"}',
    '{"\\u0000":1}',
    '{"a":"\ud83d"}',
    '{"a":"\\ud83d"}',
    '{"a":"\\uDE00"}',
  ])('the text %j', async (text) => {
    await refused({ events: [{ ...sampleEvent(), data: text }] }, 'not-json');
    await refused({ events: [sampleEvent(), { ...sampleEvent(), metadata: text }] }, 'not-json');
  });

  test('a text that is not JSON fails nobody else', async () => {
    const { store } = log();
    const streams = Array.from({ length: 9 }, sampleStream);
    const outcomes = await Promise.allSettled(
      streams.map((stream, n) =>
        store.append(stream, noStream, [{ ...sampleEvent(), ...(n === 4 ? { data: '{' } : {}) }]),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      streams.map((_, n) => (n === 4 ? 'rejected' : 'fulfilled')),
    );
  });

  test('no events, too many, too large; and the most that is allowed', async () => {
    await refused({ events: [] }, 'empty');
    await refused({ events: sampleEvents(appendEventsMax + 1) }, 'too-many-events');
    await refused({ events: [large(appendBytesMax + 1)] }, 'too-large');
    await refused({ events: [large(appendBytesMax - 100), large(200)] }, 'too-large');
    const { store } = log();
    const most = await store.append(sampleStream(), noStream, sampleEvents(appendEventsMax));
    expect(most.revision).toBe(appendEventsMax - 1);
    const stream = sampleStream();
    await store.append(stream, noStream, [large(appendBytesMax)]);
    expect((await streamOf(store, stream))[0]?.data).toBe(large(appendBytesMax).data);
  });

  test('whatever JSON.stringify gives comes back to the byte', async () => {
    const { store } = log();
    const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => !value.includes('\0'));
    const value = fc.object({
      key: text,
      values: [text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)],
    });
    const property = fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (values) => {
      const stream = sampleStream();
      const events = values.map((data) => sampleEvent(data));
      await store.append(stream, noStream, events);
      const recorded = await streamOf(store, stream);
      expect(
        recorded.map(({ id, type, schemaVersion, data, metadata }) => ({
          id,
          type,
          schemaVersion,
          data,
          metadata,
        })),
      ).toEqual(events);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  async function refused(
    change: { stream?: string; expected?: number; events?: readonly EventToAppend[] },
    reason: InvalidAppend['reason'],
  ): Promise<void> {
    const { store } = log();
    const head = await store.head();
    const { stream = sampleStream(), expected = noStream, events = [sampleEvent()] } = change;
    const attempt = store.append(stream, expected, events);
    await expect(attempt).rejects.toBeInstanceOf(InvalidAppend);
    await expect(attempt).rejects.toMatchObject({ reason });
    expect(await store.head()).toBe(head);
  }
}

/** An event of exactly so many bytes of data and metadata, two bytes to a character. */
function large(bytes: number): EventToAppend {
  const characters = bytes - '""{}'.length;
  const data = JSON.stringify('é'.repeat(Math.floor(characters / 2)) + 'e'.repeat(characters % 2));
  return { ...sampleEvent(), data, metadata: '{}' };
}

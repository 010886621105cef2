import { Kafka as CloudEventsOverKafka } from 'cloudevents';
import { assert, bigInt, property, string } from 'fast-check';
import type { RecordedEvent } from '#event-sourcing';
import { sourceOf } from './cloud-event.js';
import { internalRecord, readInternalRecord, sealOf } from './internal-event.js';
import type { IncomingRecord, OutgoingRecord } from './message-broker.js';

const hashKey = Buffer.alloc(32, 7);
const seal = sealOf(sourceOf('Prosecution service, Ósa'), hashKey);
const event: RecordedEvent = {
  id: '10000000-0000-4000-8000-000000000001',
  stream: 'evidence-20000000-0000-4000-8000-000000000002',
  revision: 3,
  position: 9_007_199_254_740_993n,
  type: 'EvidenceSealed',
  schemaVersion: 2,
  recordedAt: '2026-03-01T12:00:00.123Z',
  data: '{"seal": "☂", "n":1.0}',
  metadata: '{"commandId":"c","correlationId":"0af7651916cd43dd8448eb211c80319c"}',
};

const arrived = ({ headers, value }: OutgoingRecord): IncomingRecord => ({ offset: 0n, headers, value });

test('an event comes out as it went in, with its stored bytes', () => {
  const texts = string({ unit: 'binary' }).filter((text) => text.isWellFormed());
  assert(
    property(texts, texts, bigInt({ min: 0n, max: 2n ** 62n }), (data, reason, previous) => {
      const given = {
        ...event,
        data: JSON.stringify({ data }),
        metadata: JSON.stringify({ correlationId: 'c', reason }),
      };
      expect(readInternalRecord(arrived(internalRecord(given, previous, seal)), seal)).toEqual({
        event: given,
        previous,
      });
    }),
  );
});

test('it is a CloudEvent in binary mode, as the official SDK reads it', () => {
  const { headers, value } = internalRecord(event, 12n, seal);
  const message = { headers, key: undefined, value, body: value, timestamp: undefined };
  expect(CloudEventsOverKafka.isEvent(message)).toBe(true);
  const read = CloudEventsOverKafka.toEvent(message);
  expect(read).toMatchObject({
    specversion: '1.0',
    id: event.id,
    source: 'urn:inquest:Prosecution%20service%2C%20%C3%93sa',
    type: 'EvidenceSealed',
    subject: event.stream,
    time: event.recordedAt,
    datacontenttype: 'application/json',
    position: '9007199254740993',
    previousposition: '12',
    revision: '3',
    schemaversion: '2',
  });
});

test('it goes on in the trace of the request that caused it', () => {
  expect(internalRecord(event, 0n, seal).headers['traceparent']).toBe(
    '00-0af7651916cd43dd8448eb211c80319c-1000000000004000-00',
  );
  const { headers } = internalRecord({ ...event, metadata: '{"correlationId":"by hand"}' }, 0n, seal);
  expect(headers).not.toHaveProperty('traceparent');
});

describe('a record is no event of ours when', () => {
  const record = arrived(internalRecord(event, 12n, seal));
  const names = Object.keys(record.headers).filter((name) => name !== 'traceparent');
  const changeable = names.filter((name) => !['ce_specversion', 'ce_source', 'content-type'].includes(name));
  const isRefused = (given: IncomingRecord, under = seal) =>
    expect(readInternalRecord(given, under)).toEqual({ fault: expect.stringContaining('not written') });

  test.each(changeable)('%s was changed', (name) => {
    isRefused({ ...record, headers: { ...record.headers, [name]: `${record.headers[name]}0` } });
  });
  test.each(changeable)('%s is missing', (name) => {
    const { [name]: _, ...headers } = record.headers;
    isRefused({ ...record, headers });
  });
  test('its data was cut off or changed', () => {
    isRefused({ ...record, value: record.value.slice(0, -1) });
    isRefused({ ...record, value: '' });
  });
  test('a part of its metadata was moved into its data', () => {
    const metadata = event.metadata.slice(0, -1);
    isRefused({ ...record, headers: { ...record.headers, ce_metadata: metadata }, value: `}${event.data}` });
  });
  test('another installation wrote it, or one with another key', () => {
    isRefused(record, sealOf(sourceOf('another'), hashKey));
    isRefused(record, sealOf(sourceOf('Prosecution service, Ósa'), Buffer.alloc(32, 8)));
  });
});

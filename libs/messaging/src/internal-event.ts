import { createHmac, timingSafeEqual } from 'node:crypto';
import { metadataOf, type RecordedEvent } from '#event-sourcing';
import { attributesOf } from './cloud-event.js';
import type { IncomingRecord, OutgoingRecord } from './message-broker.js';
import { internalTopic } from './topics.js';

/** Marks the records of an installation's relay, so that nobody else's are taken for events. */
export interface Seal {
  readonly source: string;
  readonly key: Uint8Array;
}

/** Of the installation's hash key, which never leaves its processes. */
export function sealOf(source: string, hashKey: Uint8Array): Seal {
  return { source, key: createHmac('sha256', hashKey).update(internalTopic).digest() };
}

/**
 * An event as the institution's own services get it: its data is the value, its metadata and the position before it are
 * headers, both texts are the stored bytes, and `ce_mac` is an HMAC-SHA-256 over all of it.
 */
export function internalRecord(event: RecordedEvent, previous: bigint, seal: Seal): OutgoingRecord {
  const { source } = seal;
  const traceparent = traceparentOf(event);
  const headers: Record<string, string> = {
    ...attributesOf(event, { source, schemaVersion: event.schemaVersion }),
    ce_previousposition: String(previous),
    ce_metadata: event.metadata,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  headers['ce_mac'] = macOf(headers, event.data, seal);
  return { topic: internalTopic, headers, value: event.data };
}

/** An event of the log with the position of the event before it, or what is wrong with the record. */
export type ReadRecord =
  { readonly event: RecordedEvent; readonly previous: bigint } | { readonly fault: string };

/** Reads what `internalRecord` wrote under the same seal, and nothing else. */
export function readInternalRecord({ headers, value }: IncomingRecord, seal: Seal): ReadRecord {
  const given = Buffer.from(headers['ce_mac'] ?? '');
  const wanted = Buffer.from(macOf(headers, value, seal));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return { fault: 'it was not written, or not so, by the relay of this installation' };
  return {
    event: {
      id: header(headers, 'ce_id'),
      stream: header(headers, 'ce_subject'),
      revision: Number(header(headers, 'ce_revision')),
      position: BigInt(header(headers, 'ce_position')),
      type: header(headers, 'ce_type'),
      schemaVersion: Number(header(headers, 'ce_schemaversion')),
      recordedAt: header(headers, 'ce_time'),
      data: value,
      metadata: header(headers, 'ce_metadata'),
    },
    previous: BigInt(header(headers, 'ce_previousposition')),
  };
}

const traceId = /^(?!0{32})[0-9a-f]{32}$/;

/**
 * The trace of the request that caused the event, with a span of the event's own (W3C Trace Context). Not on public topics:
 * a client may keep one for all it does, in whichever case.
 */
function traceparentOf({ id, metadata }: RecordedEvent): string | undefined {
  const { correlationId } = metadataOf({ metadata });
  if (!traceId.test(correlationId)) return undefined;
  return `00-${correlationId}-${id.replaceAll('-', '').slice(0, 16)}-00`;
}

const sealedHeaders = [
  'ce_id',
  'ce_type',
  'ce_schemaversion',
  'ce_subject',
  'ce_revision',
  'ce_position',
  'ce_previousposition',
  'ce_time',
] as const;

/** No header but the metadata can hold a line feed, and its length stands before it: no two events give the same text. */
function macOf(headers: Readonly<Record<string, string>>, data: string, { source, key }: Seal): string {
  const metadata = header(headers, 'ce_metadata');
  const head = sealedHeaders.map((name) => header(headers, name)).join('\n');
  const text = `${source}\n${head}\n${metadata.length}\n${metadata}${data}`;
  return createHmac('sha256', key).update(text).digest('base64url');
}

const header = (headers: Readonly<Record<string, string>>, name: string): string => headers[name] ?? '';

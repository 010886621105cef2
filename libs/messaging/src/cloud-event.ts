import { metadataOf, type RecordedEvent } from '#event-sourcing';

/**
 * Events as CloudEvents 1.0 in the binary mode of the Kafka protocol binding: attributes are headers `ce_…`, and the value
 * is the event's data.
 */

/** The attribute `source` of every event of an installation. */
export const sourceOf = (installation: string): string => `urn:inquest:${encodeURIComponent(installation)}`;

export const contentType = 'application/json';

/** The attributes that an event has on every topic. */
export function attributesOf(
  event: Pick<RecordedEvent, 'id' | 'type' | 'stream' | 'revision' | 'position' | 'recordedAt' | 'metadata'>,
  { source, schemaVersion }: { readonly source: string; readonly schemaVersion: number },
): Record<string, string> {
  const traceparent = traceparentOf(event);
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: source,
    ce_type: event.type,
    ce_subject: event.stream,
    ce_time: event.recordedAt,
    'content-type': contentType,
    ce_position: String(event.position),
    ce_revision: String(event.revision),
    ce_schemaversion: String(schemaVersion),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

const traceId = /^(?!0{32})[0-9a-f]{32}$/;

/** The trace of the request that caused the event, with a span of the event's own (W3C Trace Context). */
function traceparentOf(event: Pick<RecordedEvent, 'id' | 'metadata'>): string | undefined {
  const { correlationId } = metadataOf(event);
  if (!traceId.test(correlationId)) return undefined;
  return `00-${correlationId}-${event.id.replaceAll('-', '').slice(0, 16)}-00`;
}

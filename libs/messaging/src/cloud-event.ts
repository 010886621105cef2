import type { RecordedEvent } from '#event-sourcing';

/**
 * Events as CloudEvents 1.0 in the binary mode of the Kafka protocol binding: attributes are headers `ce_…`, and the value
 * is the event's data.
 */

/** The attribute `source` of every event of an installation. */
export const sourceOf = (installation: string): string => `urn:inquest:${encodeURIComponent(installation)}`;

/** The attributes that an event has on every topic; nothing of who acted. */
export function attributesOf(
  event: Pick<RecordedEvent, 'id' | 'type' | 'stream' | 'revision' | 'position' | 'recordedAt'>,
  { source, schemaVersion }: { readonly source: string; readonly schemaVersion: number },
): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: source,
    ce_type: event.type,
    ce_subject: event.stream,
    ce_time: event.recordedAt,
    'content-type': 'application/json',
    ce_position: String(event.position),
    ce_revision: String(event.revision),
    ce_schemaversion: String(schemaVersion),
  };
}

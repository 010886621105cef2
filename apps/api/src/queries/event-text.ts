import type { RecordedEvent } from '#event-sourcing';

/** Writes one event as JSON. Data and metadata are the stored bytes, which the audit log hashes: never parsed here. */
export type EventText = (event: RecordedEvent) => string;

/** All that is stored: for auditors. */
export const fullEvent: EventText = (event) =>
  `{${envelope(event)},"data":${event.data},"metadata":${event.metadata}}`;

/** That something happened, where and when, and neither what nor by whom: for other institutions' services. */
export const publicEvent: EventText = (event) => `{${envelope(event)}}`;

function envelope({
  id,
  stream,
  revision,
  position,
  type,
  schemaVersion,
  recordedAt,
}: RecordedEvent): string {
  const members = { id, stream, revision, position: String(position), type, schemaVersion, recordedAt };
  return JSON.stringify(members).slice(1, -1);
}

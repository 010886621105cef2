import type { RecordedEvent } from '#event-sourcing';

/** The event of a row as the queries of this folder select it, PostgreSQL's text of each column. */
export function recordedEvent(row: readonly string[]): RecordedEvent {
  const [position, stream, revision, id, type, schemaVersion, data, metadata, recordedAt] = row;
  return {
    stream: stream ?? '',
    revision: Number(revision),
    position: BigInt(position ?? 0),
    recordedAt: recordedAt ?? '',
    id: id ?? '',
    type: type ?? '',
    schemaVersion: Number(schemaVersion),
    data: data ?? '',
    metadata: metadata ?? '',
  };
}

import type { RecordedEvent } from '#event-sourcing';

/** The event of a row whose columns, from `at` on, are those that the queries of this folder select, as text. */
export function recordedEvent(row: readonly string[], at = 0): RecordedEvent {
  return {
    stream: row[at + 1] ?? '',
    revision: Number(row[at + 2]),
    position: BigInt(row[at] ?? 0),
    recordedAt: row[at + 8] ?? '',
    id: row[at + 3] ?? '',
    type: row[at + 4] ?? '',
    schemaVersion: Number(row[at + 5]),
    data: row[at + 6] ?? '',
    metadata: row[at + 7] ?? '',
  };
}

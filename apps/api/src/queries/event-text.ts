import type { RecordedEvent } from '#event-sourcing';

/** An event as a reader gets it, one JSON object, and where it is in the log. */
export interface WrittenEvent {
  readonly position: bigint;
  readonly type: string;
  readonly text: string;
}

/** What a reader gets of the log. */
export interface EventForm {
  /** Whether there can be anything of an event of this type. */
  readonly has: (type: string) => boolean;
  /** The events in this form, without those that stay, by what is known once the log was looked at up to a position. */
  readonly write: (events: readonly RecordedEvent[], upTo: bigint) => Promise<readonly WrittenEvent[]>;
}

/** All that is stored: for auditors. Data and metadata are the stored bytes, which the audit log hashes: never parsed here. */
export const fullForm: EventForm = {
  has: () => true,
  write: async (events) =>
    events.map((event) => ({
      position: event.position,
      type: event.type,
      text: `{${envelope(event)},"data":${event.data},"metadata":${event.metadata}}`,
    })),
};

/** The members of an event that say what it is, without the braces around them. */
export function envelope({
  id,
  stream,
  revision,
  position,
  type,
  schemaVersion,
  recordedAt,
}: Omit<RecordedEvent, 'data'>): string {
  const members = { id, stream, revision, position: String(position), type, schemaVersion, recordedAt };
  return JSON.stringify(members).slice(1, -1);
}

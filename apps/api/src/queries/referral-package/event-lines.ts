import { decodeEvent, publicData, streamsNamed } from '#domain';
import type { EventStore, RecordedEvent } from '#event-sourcing';

/** The events of one stream as the package has them: one line of JSON each, up to a revision. */
export async function* eventLines(
  store: EventStore,
  { stream, revision }: { readonly stream: string; readonly revision: number },
  handedOn: ReadonlySet<string>,
): AsyncGenerator<Uint8Array> {
  for await (const page of store.readStream(stream, { to: revision }))
    yield Buffer.from(page.map((event) => `${lineOf(event, handedOn)}\n`).join(''));
}

/**
 * An event of which nothing may leave, or which is about something that is not handed on, only shows that it is there:
 * so the recipient can see that no revision is missing, and not what was withheld.
 */
function lineOf(recorded: RecordedEvent, handedOn: ReadonlySet<string>): string {
  const event = decodeEvent(recorded);
  const { id, stream, revision, type, schemaVersion, recordedAt } = event;
  const data = publicData(event, 'recipient');
  const isAbsent = streamsNamed(event).some((named) => !handedOn.has(named));
  if (isAbsent || Object.keys(data).length === 0) return JSON.stringify({ stream, revision, withheld: true });
  return JSON.stringify({ id, stream, revision, type, schemaVersion, recordedAt, data });
}

import { aggregates, publicData, streamsNamed } from '#domain';
import { type Aggregate, categoryOf, type EventStore, type RecordedEvent } from '#event-sourcing';

const byCategory = new Map<string, Aggregate['events']>(
  aggregates.map(({ category, events }) => [category, events]),
);

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
  const { id, stream, revision, recordedAt } = recorded;
  const events = byCategory.get(categoryOf(stream));
  if (!events) throw new Error(`no event of ${stream} is known`);
  const event = events.decode(recorded);
  const { type } = event;
  const data = publicData(event, 'recipient');
  const isAbsent = streamsNamed(event).some((named) => !handedOn.has(named));
  if (isAbsent || Object.keys(data).length === 0) return JSON.stringify({ stream, revision, withheld: true });
  const schemaVersion = events.definitions.find((known) => known.type === type)?.schemaVersion;
  return JSON.stringify({ id, stream, revision, type, schemaVersion, recordedAt, data });
}

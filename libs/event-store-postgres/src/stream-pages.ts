import type { RecordedEvent, StreamName } from '#event-sourcing';
import { recordedEvent } from './recorded-event.js';

export interface StreamPart {
  readonly stream: StreamName;
  readonly from: number;
  readonly to: number;
}

export interface StreamPage {
  readonly events: readonly RecordedEvent[];
  /** There was nothing more of the part when it was read. */
  readonly isLast: boolean;
}

export interface PageBounds {
  readonly pageEventsMax: number;
  readonly pageBytesMax: number;
}

type Rows = readonly (readonly string[])[];

interface Asked {
  readonly part: StreamPart;
  readonly resolve: (page: StreamPage) => void;
  readonly reject: (error: unknown) => void;
}

const partsMax = 32;

/**
 * First pages of parts of streams. All that are asked for in the same turn of the event loop are one query: most
 * commands read how a stream or two went on and find nothing new, and a query each took a twelfth of the api's time.
 * They share the bytes of one page. `query` runs `read-streams.sql`.
 */
export function streamPages(
  query: (values: readonly unknown[]) => Promise<Rows>,
  { pageEventsMax, pageBytesMax }: PageBounds,
): (part: StreamPart) => Promise<StreamPage> {
  let waiting: Asked[] = [];

  function askAll(): void {
    const all = waiting;
    waiting = [];
    for (let n = 0; n < all.length; n += partsMax) void ask(all.slice(n, n + partsMax));
  }

  async function ask(asked: readonly Asked[]): Promise<void> {
    const column = <T>(of: (part: StreamPart) => T) => asked.map(({ part }) => of(part));
    const bytesMax = Math.floor(pageBytesMax / asked.length);
    try {
      const rows = await query([
        column(({ stream }) => stream),
        column(({ from }) => from),
        column(({ to }) => to),
        pageEventsMax,
        bytesMax,
      ]);
      const pages = asked.map((): (readonly string[])[] => []);
      for (const row of rows) pages[Number(row[0]) - 1]?.push(row);
      asked.forEach(({ resolve }, index) => resolve(pageOf(pages[index] ?? [])));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  function pageOf(rows: Rows): StreamPage {
    const found = Number(rows[0]?.[1] ?? 0);
    const events = rows.map((row) => recordedEvent(row, 2));
    return { events, isLast: events.length === found && found < pageEventsMax };
  }

  return (part) =>
    new Promise((resolve, reject) => {
      waiting.push({ part, resolve, reject });
      if (waiting.length === 1) setImmediate(askAll);
    });
}

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { RecordedEvent } from '#event-sourcing';
import type { EventText } from './event-text.js';

export interface EventStreamOptions {
  readonly batches: AsyncIterable<readonly RecordedEvent[]>;
  readonly types: ReadonlySet<string> | undefined;
  readonly text: EventText;
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends events as they come (HTML Living Standard, 9.2): the id is the position, with which `Last-Event-ID` goes on.
 * Waits for a slow reader instead of buffering for it. Ends when the signal aborts; the caller ends the response.
 */
export async function sendEvents(
  response: ServerResponse,
  { batches, types, text, heartbeatMs, signal }: EventStreamOptions,
): Promise<void> {
  // A comment now and then: proxies keep the connection, and a reader that is gone is noticed.
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': still here\n\n');
  }, heartbeatMs);
  try {
    response.write(': from here on\n\n');
    for await (const batch of batches) {
      const sent = batch.filter(({ type }) => types === undefined || types.has(type));
      const last = batch.at(-1);
      // An id without data moves the reader's resume point on and is no event.
      const end = last === undefined || last === sent.at(-1) ? '' : `id: ${last.position}\n\n`;
      const lines = sent.map(
        (event) => `id: ${event.position}\nevent: ${event.type}\ndata: ${text(event)}\n\n`,
      );
      if (!response.write(lines.join('') + end)) await drained(response, signal);
      if (signal.aborted) return;
    }
  } finally {
    clearInterval(heartbeat);
  }
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

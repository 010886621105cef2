import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedEvent } from '#event-sourcing';
import { problemOf } from '../problems/problem.js';
import type { EventForm, WrittenEvent } from './event-text.js';

export interface EventStreamOptions {
  readonly batches: AsyncIterable<readonly RecordedEvent[]>;
  readonly isWanted: (type: string) => boolean;
  readonly form: EventForm;
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends events as they come (HTML Living Standard, 9.2): the id is the position, with which `Last-Event-ID` goes on.
 * Waits for a slow reader instead of buffering for it. Ends when the signal aborts; the caller ends the response.
 */
export async function sendEvents(
  response: ServerResponse,
  { batches, isWanted, form, heartbeatMs, signal }: EventStreamOptions,
): Promise<void> {
  // A comment now and then: proxies keep the connection, and a reader that is gone is noticed.
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': still here\n\n');
  }, heartbeatMs);
  try {
    response.write(': from here on\n\n');
    for await (const batch of batches) {
      const last = batch.at(-1);
      if (last === undefined) continue;
      const wanted = batch.filter(({ type }) => isWanted(type));
      const sent = await inTime(() => form.write(wanted, last.position), signal);
      if (sent === undefined) return;
      // An id without data moves the reader's resume point on and is no event.
      const end = last.position === sent.at(-1)?.position ? '' : `id: ${last.position}\n\n`;
      const lines = sent.map(
        ({ position, type, text }) => `id: ${position}\nevent: ${type}\ndata: ${text}\n\n`,
      );
      if (!response.write(lines.join('') + end)) await drained(response, signal);
      if (signal.aborted) return;
    }
  } finally {
    clearInterval(heartbeat);
  }
}

const retryMs = 1_000;

/**
 * What a view that is late, or an outage, puts off is asked again for as long as the reader stays: an event stream waits
 * and does not end. Nothing when the reader has left.
 */
async function inTime(
  write: () => Promise<readonly WrittenEvent[]>,
  signal: AbortSignal,
): Promise<readonly WrittenEvent[] | undefined> {
  while (!signal.aborted) {
    try {
      return await write();
    } catch (error) {
      const { type } = problemOf(error);
      if (type !== 'view-behind' && type !== 'unavailable') throw error;
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

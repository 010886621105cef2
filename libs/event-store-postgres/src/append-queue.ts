import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import {
  type Appended,
  InvalidAppend,
  noStream,
  Overloaded,
  RevisionConflict,
  StoreUnavailable,
} from '#event-sourcing';
import type { AppendRequest, AppendResult, AppendSession } from './append-session.js';
import { AttemptFailed } from './attempt-failed.js';
import type { AppendedBatch } from './log.js';

export interface QueueBounds {
  /** Every append is answered within this time. */
  readonly appendTimeoutMs: number;
  /** The time an attempt keeps for its transaction after it got the lock. */
  readonly transactionTimeoutMs: number;
  readonly queuedRequestsMax: number;
  readonly queuedBytesMax: number;
  readonly batchEventsMax: number;
  readonly batchBytesMax: number;
}

interface Waiting extends AppendRequest {
  readonly bytes: number;
  /** `performance.now()` by which it has been answered. */
  readonly deadline: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
  /** An earlier attempt got no answer: its events may be there already, or come from that attempt. */
  maybeWritten: boolean;
  /** It was in a batch that the server could not read: it is tried by itself, so that it fails only itself. */
  alone: boolean;
}

/**
 * Gathers appends: while one batch is being committed, the next collects whatever arrives. A lost attempt is repeated
 * until the deadline, which is safe because a repeat finds its own events. Owns the requests that were accepted and not
 * yet answered; a crash loses none that was acknowledged.
 */
export class AppendQueue {
  #waiting: Waiting[] = [];
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  #closed = false;
  #failedAttempts = 0;

  constructor(
    private readonly session: AppendSession,
    private readonly bounds: QueueBounds,
    private readonly appended: (batch: AppendedBatch) => void,
    private readonly disturbed: (error: Error) => void,
  ) {}

  /** Requests that wait for the next batch. */
  get depth(): number {
    return this.#waiting.length;
  }

  append(request: AppendRequest, bytes: number): Promise<Appended> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('the store is closed', 'none'));
    const { queuedRequestsMax, queuedBytesMax, appendTimeoutMs } = this.bounds;
    if (this.#waiting.length >= queuedRequestsMax || this.#queuedBytes + bytes > queuedBytesMax)
      return Promise.reject(new Overloaded(`${this.#waiting.length} appends wait for the log`));
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + appendTimeoutMs;
      this.#waiting.push({ ...request, bytes, deadline, resolve, reject, maybeWritten: false, alone: false });
      this.#queuedBytes += bytes;
      this.#running ??= this.#run();
    });
  }

  /** Takes no more requests and resolves when every accepted one has been answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whoever was just answered asks again before the next batch closes; else it would hold the first of them only.
      await nextTurn();
      const batch = this.#take();
      if (batch.length > 0) await this.#attempt(batch);
    }
    this.#running = undefined;
  }

  /** Takes the next batch off the queue and answers those on the way for which it is too late. */
  #take(): Waiting[] {
    const { batchEventsMax, batchBytesMax, transactionTimeoutMs } = this.bounds;
    const latest = performance.now() + transactionTimeoutMs;
    const batch: Waiting[] = [];
    let [taken, events, bytes] = [0, 0, 0];
    for (const request of this.#waiting) {
      events += request.events.length;
      bytes += request.bytes;
      const full = events > batchEventsMax || bytes > batchBytesMax || request.alone || batch[0]?.alone;
      if (batch.length > 0 && full) break;
      taken += 1;
      this.#queuedBytes -= request.bytes;
      if (request.deadline > latest) batch.push(request);
      else request.reject(unavailable(request, 'the log could not be written in time'));
    }
    this.#waiting = this.#waiting.slice(taken);
    return batch;
  }

  async #attempt(batch: readonly Waiting[]): Promise<void> {
    const startedAt = performance.now();
    try {
      const results = await this.session.append(batch, Math.min(...batch.map(({ deadline }) => deadline)));
      this.#failedAttempts = 0;
      batch.forEach((request, index) => settle(request, results[index]));
      this.appended({
        requests: batch.length,
        events: batch.reduce((events, request) => events + request.events.length, 0),
        durationMs: performance.now() - startedAt,
        queued: this.depth,
      });
    } catch (error) {
      await this.#failed(batch, error);
    }
  }

  async #failed(batch: readonly Waiting[], error: unknown): Promise<void> {
    const failed =
      error instanceof AttemptFailed ? error : new AttemptFailed(String(error), 'unknown', 'stop');
    this.disturbed(failed);
    for (const request of batch) request.maybeWritten ||= failed.outcome === 'unknown';
    if (failed.remedy === 'stop') {
      for (const request of batch) request.reject(unavailable(request, failed.message, failed));
    } else if (failed.remedy === 'input' && batch.length === 1) {
      for (const { reject } of batch)
        reject(new InvalidAppend('not-json', failed.message, { cause: failed }));
    } else {
      for (const request of batch) {
        request.alone ||= failed.remedy === 'input';
        this.#queuedBytes += request.bytes;
      }
      this.#waiting.unshift(...batch);
      if (failed.remedy === 'again') await delay(this.#backoffMs());
    }
  }

  #backoffMs(): number {
    this.#failedAttempts += 1;
    return Math.random() * Math.min(25 * 2 ** this.#failedAttempts, 1_000);
  }
}

function settle(request: Waiting, result: AppendResult | undefined): void {
  const { stream, expected, maybeWritten } = request;
  if (!result) request.reject(unavailable({ maybeWritten: true }, 'the server answered too little'));
  else if (result.position > 0n) request.resolve(result);
  // An attempt without an answer may still wait for the lock, and the stream may yet grow to what it expects.
  else if (maybeWritten && result.revision < expected)
    request.reject(unavailable(request, 'no answer in time'));
  else
    request.reject(new RevisionConflict(stream, expected, result.revision < 0 ? noStream : result.revision));
}

function unavailable(request: { maybeWritten: boolean }, message: string, cause?: Error): StoreUnavailable {
  return new StoreUnavailable(message, request.maybeWritten ? 'unknown' : 'none', { cause });
}

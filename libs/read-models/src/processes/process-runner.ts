import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import {
  Busy,
  type CommandHandler,
  CommandIdReused,
  derivedId,
  type EventStore,
  LogRewound,
  metadataOf,
  Overloaded,
  type RecordedEvent,
  StoreUnavailable,
  UndecodableEvent,
} from '#event-sourcing';
import { inTransaction } from '../runner/transaction.js';
import { actorOf, type ProcessManager } from './process-manager.js';
import { finishTask, parkTask, postponeTask, takeTask, type TakenTask } from './tasks.js';

export interface ProcessRunnerOptions {
  readonly pool: pg.Pool;
  readonly processes: readonly ProcessManager[];
  readonly store: Pick<EventStore, 'readAll'>;
  readonly kernel: Pick<CommandHandler, 'handle'>;
  readonly observe?: ProcessObserver;
  /** How long it rests when nothing is due. */
  readonly restMs?: number;
  /** The pauses before a task is tried again. */
  readonly retryMs?: { readonly first: number; readonly max: number };
}

export interface ProcessObserver {
  /** A task could not be carried out now; it is tried again by itself. */
  postponed?(of: Failed): void;
  /** A task cannot be carried out; its event is parked, and somebody has to look. */
  refused?(of: Failed): void;
  /** No task is taken up until what is wrong is put right; it is tried again with growing pauses. */
  interrupted?(of: { projection: string; error: Error }): void;
}

/** The first finds out whether it was a moment; a minute is soon enough after an outage of hours. */
const defaultRetryMs = { first: 1_000, max: 60_000 };
const defaultRestMs = 500;

interface Failed {
  readonly projection: string;
  readonly target: string;
  readonly attempts: number;
  readonly error: Error;
}

/**
 * Carries out what process managers ask for, one task after the other of each, in the order of the log for each aggregate.
 * The row of a task is locked while its command is under way and goes in the transaction that took it up. Killed between
 * the command and the row, it issues the command once more: it has the same id, so it finds its own events and changes
 * nothing. All state is in rows and log: any number of processes may run the same managers.
 */
export class ProcessRunner {
  readonly #stopping = new AbortController();
  #loops: Promise<unknown> | undefined;

  constructor(private readonly options: ProcessRunnerOptions) {}

  start(): void {
    this.#loops ??= Promise.all(this.options.processes.map((manager) => this.#carryOn(manager)));
  }

  /** Resolves when the commands under way are carried out. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loops;
  }

  async #carryOn(manager: ProcessManager): Promise<void> {
    const { observe, restMs = defaultRestMs, retryMs = defaultRetryMs } = this.options;
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      let pauseMs = 0;
      try {
        if (!(await this.#carryOutNext(manager))) pauseMs = restMs;
        failures = 0;
      } catch (thrown) {
        observe?.interrupted?.({ projection: manager.name, error: asError(thrown) });
        pauseMs = pauseBefore(failures, retryMs);
        failures += 1;
      }
      if (pauseMs > 0) await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Whether there was a task. Throws `WriteUnavailable` and `ShapeChanged`; then the task is as it was. */
  async #carryOutNext(manager: ProcessManager): Promise<boolean> {
    const { pool, observe, retryMs = defaultRetryMs } = this.options;
    const { name: projection } = manager;
    return inTransaction(pool, projection, async (rows) => {
      const task = await takeTask(rows, manager);
      if (!task) return false;
      const { error, event } = await this.#attempt(manager, task);
      if (!error) {
        await finishTask(rows, task);
        return true;
      }
      const failed = { projection, target: task.target, attempts: task.attempts + 1, error };
      const fault = `${manager.issues.name} for ${task.target}: ${error.name}: ${error.message}`;
      if (event && !isForLater(error)) {
        await parkTask(rows, manager, task, { event, fault });
        observe?.refused?.(failed);
      } else {
        await postponeTask(rows, task, { pauseMs: pauseBefore(task.attempts, retryMs), fault });
        observe?.postponed?.(failed);
      }
      return true;
    });
  }

  async #attempt(
    manager: ProcessManager,
    task: TakenTask,
  ): Promise<{ readonly error?: Error; readonly event?: RecordedEvent }> {
    let event: RecordedEvent | undefined;
    try {
      event = await this.#causeOf(task);
      await this.#issue(manager, task, event);
      return {};
    } catch (thrown) {
      // An earlier program issued it, in other words.
      if (thrown instanceof CommandIdReused) return {};
      return { error: asError(thrown), ...(event ? { event } : {}) };
    }
  }

  /** What the log no longer holds, having been restored to an older state, asks for nothing. Throws `LogRewound`. */
  async #causeOf({ cause, position }: TakenTask): Promise<RecordedEvent> {
    const [event] = await this.options.store.readAll(BigInt(position) - 1n, 1);
    if (event?.id !== cause) throw new LogRewound(BigInt(position), cause);
    return event;
  }

  async #issue(manager: ProcessManager, { target, command }: TakenTask, event: RecordedEvent): Promise<void> {
    const { name, issues } = manager;
    await this.options.kernel.handle({
      useCase: issues,
      id: target,
      command: Object.assign(new issues.command(), command),
      commandId: derivedId('process', name, event.id, target),
      actor: actorOf(manager),
      correlationId: metadataOf(event).correlationId,
      causationId: event.id,
    });
  }
}

/** Time mends it, or an upgrade that rolls: of everything else the same would come again. */
const isForLater = (error: Error): boolean =>
  [Busy, Overloaded, StoreUnavailable, UndecodableEvent].some((passing) => error instanceof passing);

/** Grows with each failure, by chance a little less, so that those who failed together do not come together. */
function pauseBefore(failures: number, { first, max }: { first: number; max: number }): number {
  return Math.min(first * 2 ** failures, max) * (0.5 + Math.random() / 2);
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

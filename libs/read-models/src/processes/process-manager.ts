import type { UseCase } from '#event-sourcing';
import type { ProjectedEvent, Projection, Rows } from '../runner/projection.js';
import { keepTasks, type Task } from './tasks.js';

/**
 * Work across streams: what happened in one asks for commands to others. It is a projection like any other, whose rows
 * say what is still to be done; the process runner does it. Which tasks follow from an event is decided by the log up to
 * that event and nothing else, so a rebuild finds the same ones, and asks for them again under the same command ids.
 */
export interface ProcessManager extends Projection {
  /** What its commands ask for. Decides nothing where there is nothing to change any more. */
  readonly issues: UseCase;
}

interface Definition extends Omit<ProcessManager, 'project' | 'changedByOthers'> {
  /** Keeps rows of its own, if it needs any, and says what a batch of events asks for, in the order of the log. */
  readonly tasksOf: (events: readonly ProjectedEvent[], rows: Rows) => Promise<readonly Task[]>;
}

/** Its migrations make the table of `tasksTable` too. */
export function processManager({ tasksOf, ...definition }: Definition): ProcessManager {
  return {
    ...definition,
    changedByOthers: ['tasks'],
    async project(events, rows) {
      await keepTasks(rows, events, await tasksOf(events, rows));
    },
  };
}

/** Who acts where nobody does: visible in the history of whatever a process changes. */
export function actorOf({ name }: Pick<ProcessManager, 'name'>) {
  return { subject: `urn:inquest:process:${name.replaceAll('_', '-')}`, roles: [] };
}

import type { RecordedEvent } from '#event-sourcing';
import { lockCheckpoint, parkAlone, parkedEvent } from '../runner/checkpoints.js';
import type { ProjectedEvent, Projection, Rows } from '../runner/projection.js';

/** One command to one aggregate, because of one event. */
export interface Task {
  readonly cause: ProjectedEvent;
  /** Id of the aggregate that the command is for. */
  readonly target: string;
  /** The fields of the command. */
  readonly command: object;
}

/** What is still to be done. What is done leaves: that it was is in the log. Only a later migration changes it. */
export const tasksTable = `
CREATE TABLE tasks (
  -- The event that asks for it, and the aggregate that the command is for.
  cause uuid NOT NULL,
  target uuid NOT NULL,
  position bigint NOT NULL,
  command json NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  -- Absent while its event is parked because of it.
  due_at timestamp with time zone DEFAULT '-infinity',
  -- What went wrong when it was tried last.
  fault text,
  PRIMARY KEY (cause, target)
);
CREATE INDEX ON tasks (target, position);
CREATE INDEX ON tasks (due_at, position);`;

/** One that is taken up, its row locked until the transaction ends. */
export interface TakenTask {
  readonly cause: string;
  readonly target: string;
  readonly position: string;
  readonly command: object;
  readonly attempts: number;
}

/** Enters what a batch asks for. A task that is there already stays as it is; one that was parked begins anew. */
export async function keepTasks(
  rows: Rows,
  events: readonly ProjectedEvent[],
  tasks: readonly Task[],
): Promise<void> {
  // No task is taken up while it is parked, so this waits for nobody.
  await rows.query('DELETE FROM tasks WHERE cause = ANY ($1) AND due_at IS NULL', [
    events.map(({ id }) => id),
  ]);
  if (tasks.length === 0) return;
  await rows.query(
    `INSERT INTO tasks (cause, target, position, command)
     SELECT cause, target, position, command
     FROM json_to_recordset($1) AS task (cause uuid, target uuid, position bigint, command json)
     ON CONFLICT DO NOTHING`,
    [
      JSON.stringify(
        tasks.map(({ cause, target, command }) => ({
          ...{ cause: cause.id, target, command },
          position: String(cause.position),
        })),
      ),
    ],
  );
}

/**
 * The first task that is due and that nobody has taken up; none that comes behind another for the same aggregate, and none
 * where the rows are of another shape than this program's.
 */
export async function takeTask(
  rows: Rows,
  { name, shape }: Pick<Projection, 'name' | 'shape'>,
): Promise<TakenTask | undefined> {
  const [taken] = await rows.query<TakenTask>(
    `SELECT cause, target, position, command, attempts FROM tasks task
     WHERE due_at <= clock_timestamp()
       AND NOT EXISTS (
         SELECT FROM tasks earlier WHERE earlier.target = task.target AND earlier.position < task.position)
       AND EXISTS (SELECT FROM projections.checkpoints made WHERE made.name = $1 AND made.shape = $2)
     ORDER BY position, target LIMIT 1
     FOR UPDATE OF task SKIP LOCKED`,
    [name, shape],
  );
  return taken;
}

export async function finishTask(rows: Rows, { cause, target }: TakenTask): Promise<void> {
  await rows.query('DELETE FROM tasks WHERE cause = $1 AND target = $2', [cause, target]);
}

export async function postponeTask(
  rows: Rows,
  { cause, target }: TakenTask,
  { pauseMs, fault }: { readonly pauseMs: number; readonly fault: string },
): Promise<void> {
  await rows.query(
    `UPDATE tasks
     SET attempts = attempts + 1, fault = $4, due_at = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE cause = $1 AND target = $2`,
    [cause, target, pauseMs, fault],
  );
}

/**
 * Parks the event that asked for a task, as one that the projection could not take: it shows where those show, the later
 * events of its stream wait, and a retry by hand lets the task begin anew. The checkpoint is locked before the row is
 * changed, as whoever projects does it, so that neither waits for the other.
 */
export async function parkTask(
  rows: Rows,
  { name, shape }: Pick<Projection, 'name' | 'shape'>,
  { cause, target }: TakenTask,
  { event, fault }: { readonly event: RecordedEvent; readonly fault: string },
): Promise<void> {
  await lockCheckpoint(rows, name, shape);
  await rows.query(
    'UPDATE tasks SET attempts = attempts + 1, fault = $3, due_at = NULL WHERE cause = $1 AND target = $2',
    [cause, target, fault],
  );
  await parkAlone(rows, name, parkedEvent(event, fault));
}

import type { RecordedEvent } from '#event-sourcing';
import type { Rows } from './projection.js';

/** How far a projection is: the newest event it has dealt with, which a restored log may turn out not to hold. */
export interface Checkpoint {
  readonly position: bigint;
  /** Absent before the first event. */
  readonly eventId: string | null;
  /** Where its feed goes on behind that event, in the feed's own words; absent when the event came from elsewhere. */
  readonly place: string | null;
  /** Events that wait behind a poison event, itself included. */
  readonly parked: number;
}

interface CheckpointRow {
  readonly position: string;
  readonly event_id: string | null;
  readonly place: string | null;
  readonly parked: number;
  readonly shape: string;
}

/** The rows were made by another shape of the projection than this program's: they are left as they are. */
export class ShapeChanged extends Error {
  override readonly name = 'ShapeChanged';
}

/** There is no such view: it was dropped, or never made. */
export class NoSuchView extends Error {
  override readonly name = 'NoSuchView';
}

/**
 * The checkpoint, locked until the transaction ends; made if it is the projection's first, unless the view is one that
 * only a rebuild makes. Throws `ShapeChanged` when it is not of the shape that is given, and `NoSuchView`.
 */
export async function lockCheckpoint(
  rows: Rows,
  name: string,
  shape: string,
  { mayBegin }: { readonly mayBegin: boolean } = { mayBegin: true },
): Promise<Checkpoint> {
  const select = `SELECT position, event_id, place, parked, shape FROM projections.checkpoints WHERE name = $1 FOR UPDATE`;
  const found = await rows.query<CheckpointRow>(select, [name]);
  if (found[0]?.shape === shape) return checkpointOf(found[0]);
  if (found[0] && found[0].position !== '0')
    throw new ShapeChanged(`the rows of ${name} are of shape ${found[0].shape}, not ${shape}: rebuild it`);
  if (!found[0] && !mayBegin) throw new NoSuchView(`there is no ${name}`);
  // Nothing is there yet, of whatever shape.
  await rows.query(
    `INSERT INTO projections.checkpoints AS known (name, shape) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET shape = excluded.shape WHERE known.position = 0`,
    [name, shape],
  );
  const [made] = await rows.query<CheckpointRow>(select, [name]);
  if (made?.shape !== shape)
    throw new ShapeChanged(`the rows of ${name} are not of shape ${shape}: rebuild it`);
  return checkpointOf(made);
}

/** How far the view is, locked until the transaction ends, whatever made it; of the shape given if nothing did yet. */
export async function lockPosition(rows: Rows, name: string, shape: string): Promise<bigint> {
  await rows.query(
    `INSERT INTO projections.checkpoints (name, shape) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
    [name, shape],
  );
  const [found] = await rows.query<{ position: string }>(
    `SELECT position FROM projections.checkpoints WHERE name = $1 FOR UPDATE`,
    [name],
  );
  return BigInt(found?.position ?? 0);
}

function checkpointOf({ position, event_id, place, parked }: CheckpointRow): Checkpoint {
  return { position: BigInt(position), eventId: event_id, place, parked };
}

/** How a checkpoint came to where it is now. */
interface Step {
  readonly events: number;
  readonly place: string | null;
}

/** Moves the checkpoint to the last event of a batch; its row is locked by the caller. */
export async function advance(
  rows: Rows,
  name: string,
  { position, id, recordedAt }: RecordedEvent,
  { events, parked, place }: Step & { readonly parked: number },
): Promise<void> {
  await rows.query(
    `UPDATE projections.checkpoints
     SET position = $2, event_id = $3, recorded_at = $4, parked = parked + $5, place = $6, ${rated('$7')}
     WHERE name = $1`,
    [name, String(position), id, recordedAt, parked, place, events],
  );
}

/**
 * Moves the checkpoint past events that say nothing to the projection, in one statement. Whether it did: not when it is
 * elsewhere than `after`, of another shape, or has parked events.
 */
export async function passOver(
  rows: Pick<Rows, 'query'>,
  { name, shape }: { readonly name: string; readonly shape: string },
  after: bigint,
  { position, id, recordedAt }: RecordedEvent,
  { events, place }: Step,
): Promise<boolean> {
  const moved = await rows.query(
    `UPDATE projections.checkpoints
     SET position = $4, event_id = $5, recorded_at = $6, place = $7, ${rated('$8')}
     WHERE name = $1 AND shape = $2 AND position = $3 AND parked = 0
     RETURNING name`,
    [name, shape, String(after), String(position), id, recordedAt, place, events],
  );
  return moved.length > 0;
}

/** How fast the events of a batch were taken in. */
const rated = (events: string) =>
  `events_per_second = ${events} / greatest(extract(epoch FROM clock_timestamp() - advanced_at), 0.001),
       advanced_at = clock_timestamp()`;

/** An event that a projection could not process, or one that waits behind it in its stream. */
export interface ParkedEvent {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly event_id: string;
  readonly type: string;
  /** What was wrong; absent for an event that only waits. */
  readonly fault: string | null;
}

export function parkedEvent(event: RecordedEvent, fault: string | null): ParkedEvent {
  const { position, stream, revision, id, type } = event;
  return { position: String(position), stream, revision, event_id: id, type, fault };
}

export async function park(rows: Rows, name: string, parked: readonly ParkedEvent[]): Promise<void> {
  if (parked.length === 0) return;
  await rows.query(
    `INSERT INTO projections.parked (projection, position, stream, revision, event_id, type, fault)
     SELECT $1, position, stream, revision, event_id, type, fault
     FROM json_to_recordset($2) AS item
       (position bigint, stream text, revision integer, event_id uuid, type text, fault text)`,
    [name, JSON.stringify(parked)],
  );
}

/** Parks one event that was taken in before, unless it is parked already; the checkpoint's row is locked by the caller. */
export async function parkAlone(rows: Rows, name: string, event: ParkedEvent): Promise<void> {
  const { position, stream, revision, event_id, type, fault } = event;
  await rows.query(
    `WITH added AS (
       INSERT INTO projections.parked (projection, position, stream, revision, event_id, type, fault)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING position)
     UPDATE projections.checkpoints SET parked = parked + (SELECT count(*) FROM added) WHERE name = $1`,
    [name, position, stream, revision, event_id, type, fault],
  );
}

/** Which of these streams have a parked event. */
export async function parkedStreams(
  rows: Rows,
  name: string,
  streams: readonly string[],
): Promise<Set<string>> {
  const found = await rows.query<{ stream: string }>(
    `SELECT DISTINCT stream FROM projections.parked WHERE projection = $1 AND stream = ANY ($2)`,
    [name, streams],
  );
  return new Set(found.map(({ stream }) => stream));
}

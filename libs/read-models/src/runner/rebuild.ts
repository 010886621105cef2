import { escapeIdentifier, type Pool } from 'pg';
import { type EventStore, oneAhead } from '#event-sourcing';
import { applyBatch, type Target } from './apply-batch.js';
import { lockPosition } from './checkpoints.js';
import type { Decoder, Projection, Rows } from './projection.js';
import { inTransaction } from './transaction.js';
import { writers } from '../migrate.js';

export interface RebuildOptions {
  /** Of a login that may make and rename schemas. */
  readonly owner: Pool;
  readonly store: EventStore;
  readonly decoder: Decoder;
  /** Told after every batch. */
  readonly progress?: (at: RebuildProgress) => void;
}

export interface RebuildProgress {
  readonly position: bigint;
  readonly head: bigint;
  readonly eventsPerSecond: number;
}

export interface RebuildOutcome {
  readonly position: bigint;
  readonly events: number;
  readonly parked: number;
  readonly durationMs: number;
}

/** Somebody else is rebuilding the same projection. */
export class AlreadyRebuilding extends Error {
  override readonly name = 'AlreadyRebuilding';
}

const pageEventsMax = 2_000;

/**
 * Builds a projection anew from the first event, in the schema `<name>_next`, while the old rows serve; then takes their
 * place in one transaction, in which the old checkpoint is locked and the rest of the log applied. Killed anywhere, it
 * leaves the old rows serving, and the next rebuild clears what is left. Throws `AlreadyRebuilding`, `WriteUnavailable`
 * and the store's errors.
 */
export async function rebuild(projection: Projection, options: RebuildOptions): Promise<RebuildOutcome> {
  const guard = await options.owner.connect();
  guard.on('error', () => undefined); // with the connection goes the lock; the next rebuild clears what is left
  try {
    const { rows } = await guard.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('inquest.rebuild.' || $1, 0)) AS locked`,
      [projection.name],
    );
    if (!rows[0]?.locked) throw new AlreadyRebuilding(`${projection.name} is being rebuilt`);
    return await build(projection, options);
  } finally {
    // Ends the session, and the lock with it, however this went.
    guard.release(true);
  }
}

async function build(projection: Projection, options: RebuildOptions): Promise<RebuildOutcome> {
  const { owner, store, decoder } = options;
  const { name } = projection;
  const next: Target = { projection, name: `${name}_next`, pool: owner, decoder };
  const startedAt = performance.now();
  await prepare(next);
  let at: Copied = { position: 0n, events: 0, parked: 0 };
  for (let before = -1; at.events - before > pageEventsMax || before < 0;) {
    before = at.events;
    at = await copy(next, at, await store.head(), options);
  }
  // What came meanwhile is less than a page or so, and while the old checkpoint is locked it does not move on.
  const outcome = await inTransaction(owner, name, async (rows) => {
    const position = await lockPosition(rows, name);
    const head = await store.head();
    const rest = await copy(next, at, position < head ? position : head, options);
    await takePlace(rows, name);
    return rest;
  });
  await inTransaction(owner, name, (rows) => rows.query(`DROP SCHEMA ${quoted(`${name}_old`)} CASCADE`));
  return { ...outcome, durationMs: performance.now() - startedAt };
}

async function prepare({ projection, name, pool }: Target): Promise<void> {
  await inTransaction(pool, name, async (rows) => {
    await rows.query(`DROP SCHEMA IF EXISTS ${quoted(name)} CASCADE`);
    await rows.query(`DROP SCHEMA IF EXISTS ${quoted(`${projection.name}_old`)} CASCADE`);
    await rows.query(`CREATE SCHEMA ${quoted(name)}`);
    for (const { sql } of projection.migrations) await rows.query(sql);
    for (const grant of writers(name)) await rows.query(grant);
    await rows.query('DELETE FROM projections.parked WHERE projection = $1', [name]);
    await rows.query('DELETE FROM projections.checkpoints WHERE name = $1', [name]);
  });
}

interface Copied {
  readonly position: bigint;
  readonly events: number;
  readonly parked: number;
}

/** Goes on until a position is reached, or just passed. */
async function copy(
  next: Target,
  from: Copied,
  until: bigint,
  { store, progress }: RebuildOptions,
): Promise<Copied> {
  let { position, events, parked } = from;
  const startedAt = performance.now();
  if (position >= until) return from;
  for await (const page of oneAhead(pages(store, position))) {
    ({ position, parked } = await applyBatch(next, position, page));
    events += page.length;
    const eventsPerSecond = (events - from.events) / ((performance.now() - startedAt) / 1000);
    progress?.({ position, head: until, eventsPerSecond });
    if (position >= until) break;
  }
  return { position, events, parked };
}

async function* pages(store: EventStore, after: bigint) {
  for (let position = after; ;) {
    const page = await store.readAll(position, pageEventsMax);
    const last = page.at(-1);
    if (!last) return;
    position = last.position;
    yield page;
  }
}

/** The new schema under the old name, its checkpoint and parked events with it. Readers see one or the other. */
async function takePlace(rows: Rows, name: string): Promise<void> {
  const next = `${name}_next`;
  await rows.query(`ALTER SCHEMA ${quoted(name)} RENAME TO ${quoted(`${name}_old`)}`);
  await rows.query(`ALTER SCHEMA ${quoted(next)} RENAME TO ${quoted(name)}`);
  await rows.query('DELETE FROM projections.parked WHERE projection = $1', [name]);
  await rows.query('UPDATE projections.parked SET projection = $1 WHERE projection = $2', [name, next]);
  await rows.query('DELETE FROM projections.checkpoints WHERE name = $1', [name]);
  await rows.query('UPDATE projections.checkpoints SET name = $1 WHERE name = $2', [name, next]);
}

const quoted = (schema: string) => escapeIdentifier(schema);

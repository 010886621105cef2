import { escapeIdentifier } from 'pg';
import type { Rows } from './projection.js';

/**
 * The views that stand beside one: each is a schema with its checkpoint and its parked events, all of one name. What
 * changes places here does so in one transaction, so that whoever reads sees one or the other.
 */

/** What a rebuild is making, until it takes the view's place. */
export const nextOf = (name: string) => `${name}_next`;
/** What a rebuild replaced. It stays fed, so that it can be switched back to. */
export const oldOf = (name: string) => `${name}_old`;
/** Rows that nobody needs any more: their end waits for whoever still reads them, and nothing waits for it. */
export const goneOf = (name: string) => `${name}_gone`;

/** The view that was made takes the place of the one that serves, which is kept as the old one, which goes. */
export async function takePlace(rows: Rows, name: string): Promise<void> {
  await makeGone(rows, name, oldOf(name));
  await rename(rows, name, oldOf(name));
  await rename(rows, nextOf(name), name);
}

/** The view and its old one change places. */
export async function changePlaces(rows: Rows, name: string): Promise<void> {
  const between = goneOf(name);
  await rename(rows, name, between);
  await rename(rows, oldOf(name), name);
  await rename(rows, between, oldOf(name));
}

/**
 * A view beside is one no longer, if it was; its rows are left to `clear`. Waits for whoever writes to it, not for who
 * reads.
 */
export async function makeGone(rows: Rows, name: string, beside: string): Promise<void> {
  await rows.query('DELETE FROM projections.checkpoints WHERE name = $1', [beside]);
  await rows.query('DELETE FROM projections.parked WHERE projection = $1', [beside]);
  if (await hasSchema(rows, beside))
    await rows.query(`ALTER SCHEMA ${quoted(beside)} RENAME TO ${quoted(goneOf(name))}`);
}

/** Ends what is gone. Waits for whoever reads it. */
export async function clear(rows: Rows, name: string): Promise<void> {
  await rows.query(`DROP SCHEMA IF EXISTS ${quoted(goneOf(name))} CASCADE`);
}

export async function hasSchema(rows: Rows, name: string): Promise<boolean> {
  const found = await rows.query('SELECT FROM pg_namespace WHERE nspname = $1', [name]);
  return found.length > 0;
}

/** The checkpoint's row comes first: who writes to the view has it locked, and is waited for. */
async function rename(rows: Rows, from: string, to: string): Promise<void> {
  await rows.query('UPDATE projections.checkpoints SET name = $2 WHERE name = $1', [from, to]);
  await rows.query('UPDATE projections.parked SET projection = $2 WHERE projection = $1', [from, to]);
  await rows.query(`ALTER SCHEMA ${quoted(from)} RENAME TO ${quoted(to)}`);
}

export const quoted = (schema: string) => escapeIdentifier(schema);

import type { DataSource } from 'typeorm';
import { allegationInboxName } from './allegation-inbox.js';
import { evidenceRegisterName } from './evidence-links.js';

/**
 * Those of some items on which no restriction is in force, by id. An item that the register does not have, or of which
 * it has parked an event, is not among them: what it says of that is not to be relied on.
 */
export function unrestrictedItems(dataSource: DataSource, ids: readonly string[]): Promise<Set<string>> {
  return found(
    dataSource,
    `SELECT id FROM ${evidenceRegisterName}.items
     WHERE id = ANY ($1) AND NOT restricted AND ${nothingParked(evidenceRegisterName, 'evidence')}`,
    ids,
  );
}

/** The same of accounts, whose restrictions came with them. */
export function unrestrictedAccounts(dataSource: DataSource, ids: readonly string[]): Promise<Set<string>> {
  return found(
    dataSource,
    `SELECT id FROM ${allegationInboxName}.allegations
     WHERE id = ANY ($1) AND json_array_length(fold -> 'state' -> 'restrictions') = 0
       AND ${nothingParked(allegationInboxName, 'allegation')}`,
    ids,
  );
}

/** In the same statement as the rows, so that a retry in between cannot show the one before and the other after. */
const nothingParked = (projection: string, category: string) =>
  `NOT EXISTS (
     SELECT FROM projections.parked
     WHERE projection = '${projection}' AND stream = '${category}-' || id::text)`;

async function found(dataSource: DataSource, sql: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await dataSource.query<{ id: string }[]>(sql, [ids]);
  return new Set(rows.map(({ id }) => id));
}

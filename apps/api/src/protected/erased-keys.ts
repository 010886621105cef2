import type { ProtectedData } from '#protected-data';
import { noReader, type ReadModels } from '#read-models';
import type { Logger } from '#telemetry';
import { returnedKey } from '../storage.js';

export interface ErasedKeysOptions {
  readonly readModels: Pick<ReadModels, 'queries'>;
  readonly protectedData: Pick<ProtectedData, 'eraseAgain'>;
  readonly logger: Logger;
}

const pageSize = 200;
/**
 * For the start of a process, before it listens: destroys the keys that are there although their subjects were erased, because
 * a backup brought them back, or because a process ended between the record of an erasure and the destruction. An erasure
 * that the witness register has not taken in yet is refused by the state of the witness as any other; its key waits for the
 * next start, or for the command to be sent again. Rejects with `KeysUnavailable` when such a key cannot be destroyed: a
 * process does not serve beside it.
 */
export async function destroyReturnedKeys(options: ErasedKeysOptions): Promise<void> {
  const { protectedData, logger } = options;
  for (const returned of await protectedData.eraseAgain(await erasedWitnesses(options)))
    logger.error(returned, returnedKey);
}

/** None where the register is not there yet; tombstones are looked at all the same. */
async function erasedWitnesses({ readModels, logger }: ErasedKeysOptions): Promise<Set<string>> {
  const erased = new Set<string>();
  const parameters = { limit: pageSize, sort: 'registeredAt', filters: { erased: 'true' }, reader: noReader };
  try {
    let cursor: string | null | undefined;
    // Ends because the pages go on by key, and nobody is erased twice.
    while (cursor !== null) {
      const asked = cursor === undefined ? parameters : { ...parameters, cursor };
      const { answer } = await readModels.queries.witnesses(asked);
      for (const { id } of answer.items) erased.add(id);
      cursor = answer.next;
    }
  } catch (error) {
    if (!isMissingView(error)) throw error;
    logger.warn('there is no witness register yet: erased keys are known by their tombstones only');
  }
  return erased;
}

/** SQLSTATE: no such table, no such schema. */
const missing: ReadonlySet<unknown> = new Set(['42P01', '3F000']);

/** As `pg` says it, and as TypeORM wraps it. */
function isMissingView(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return (
    ('code' in error && missing.has(error.code)) ||
    ('driverError' in error && isMissingView(error.driverError))
  );
}

import {
  asOwner,
  type EventStoreDatabase,
  eventStoreDatabase,
} from '../../../../test/support/event-store-database.js';
import { migrateRelay } from './migrate-relay.js';
import { noChange } from './publication.js';
import { type Lease, LeaseLost, RelayState } from './relay-state.js';

const leaseMs = 60_000;

describe('the lease of a publication', () => {
  let database: EventStoreDatabase;
  let state: RelayState;
  beforeEach(async () => {
    database = await eventStoreDatabase();
    await migrateRelay(database.ownerUrl, new URL(database.appUrl).username);
    state = new RelayState(database.appUrl, { leaseMs, pollMs: 10 });
  });
  afterEach(async () => {
    await state.close();
    await database.drop();
  });

  const lease = (within = 5_000): Promise<Lease> =>
    state.lease('internal', 'a test', AbortSignal.timeout(within));
  const owner = (statement: string) => asOwner(database.ownerUrl, (client) => client.query(statement));
  const eventId = '00000000-0000-4000-8000-000000000001';

  test('is free again when what comes with it could not be read', async () => {
    await owner('REVOKE SELECT ON relay.memory FROM inquest_relay');
    await expect(lease()).rejects.toThrow('permission denied');
    await owner('GRANT SELECT ON relay.memory TO inquest_relay');
    await (await lease()).release();
  });

  test('is free when it is given back while something is being saved', async () => {
    const held = await lease();
    // Connections for both, so that neither waits for one.
    await Promise.all([state.published('internal'), state.published('internal')]);
    const saving = held.save({ position: 1n, eventId }, { added: ['a line'], removed: [] });
    await Promise.all([saving, held.release()]);
    const next = await lease();
    expect([next.published.position, next.memory.lines]).toEqual([1n, new Set(['a line'])]);
    await next.release();
  });

  test('that another process has taken saves nothing and is lost', async () => {
    const held = await lease();
    await owner('UPDATE relay.publications SET epoch = epoch + 1');
    await expect(held.save({ position: 1n, eventId }, noChange)).rejects.toBeInstanceOf(LeaseLost);
    expect([held.lost.aborted, (await state.published('internal')).position]).toEqual([true, 0n]);
    await held.release();
  });
});

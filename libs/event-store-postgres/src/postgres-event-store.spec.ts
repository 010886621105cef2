import { eventStoreContract } from '#event-sourcing/contract';
import { type PrivatePostgres, privatePostgres } from '../../../test/support/postgres.js';
import { eventStoreDatabaseOn } from '../../../test/support/event-store-database.js';
import { heldSubscriptions, postgresDisruptions } from '../../../test/support/postgres-disruptions.js';
import { testScale } from '../../../test/support/test-scale.js';
import { postgresEventStore } from './postgres-event-store.js';

let server: PrivatePostgres;
beforeAll(async () => {
  server = await privatePostgres();
});
afterAll(() => server.stop());

eventStoreContract('the PostgreSQL store', {
  capabilities: {
    'dense-positions': 'offered',
    'long-transaction': 'offered',
    'killed-connections': 'offered',
    'server-restart': 'offered',
  },
  scale: testScale,
  async open() {
    const database = await eventStoreDatabaseOn(server);
    const store = postgresEventStore({ url: database.appUrl });
    const other = postgresEventStore({ url: database.appUrl });
    return {
      store,
      other,
      held: () => heldSubscriptions(database.ownerUrl),
      disrupt: (disruption, load) => postgresDisruptions(server, database)[disruption](load),
      async close() {
        await Promise.all([store.close(), other.close()]);
        await database.drop();
      },
    };
  },
});

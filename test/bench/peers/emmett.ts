import { trust } from '#event-sourcing';
import type { SampleEvent } from '../sample-event.js';
import type { PeerPackages } from './install.js';
import { type Peer, peerConnections } from './peer.js';

interface EmmettPostgres {
  getPostgreSQLEventStore(
    url: string,
    options: { connectionOptions: { pool: Pool }; schema: { autoMigration: 'None' | 'CreateOrUpdate' } },
  ): {
    schema: { migrate(): Promise<void> };
    appendToStream(
      stream: string,
      events: readonly { type: string; data: object; metadata: object }[],
      options: { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' },
    ): Promise<unknown>;
    close(): Promise<void>;
  };
}

interface Pool {
  end(): Promise<void>;
}

interface Driver {
  readonly default: { Pool: new (options: { connectionString: string; max: number }) => Pool };
}

/** Emmett: a stored procedure per append, positions from a sequence. */
export async function emmett(packages: PeerPackages, ownerUrl: string): Promise<Peer> {
  const name = '@event-driven-io/emmett-postgresql';
  // The interfaces above are what the installed version, which the lock file fixes, exports.
  const exported = trust<EmmettPostgres>(await packages.load(name));
  const driver = trust<Driver>(await packages.load('pg'));
  const pool = new driver.default.Pool({ connectionString: ownerUrl, max: peerConnections });
  const store = exported.getPostgreSQLEventStore(ownerUrl, {
    connectionOptions: { pool },
    schema: { autoMigration: 'None' },
  });
  await store.schema.migrate();
  return {
    name: `Emmett ${await packages.version(name)}`,
    append: ({ category, streamId, type, data, metadata }: SampleEvent) =>
      store.appendToStream(`${category}-${streamId}`, [{ type, data, metadata }], {
        expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
      }),
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}

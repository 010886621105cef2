import { trust } from '#event-sourcing';
import type { SampleEvent } from '../sample-event.js';
import type { PeerPackages } from './install.js';
import { type Peer, peerConnections } from './peer.js';

interface CastorePostgres {
  PostgresEventStorageAdapter: {
    new (options: { connectionString: string }): {
      pushEvent(
        event: { aggregateId: string; version: number; type: string; payload: object; metadata: object },
        options: { eventStoreId: string },
      ): Promise<unknown>;
    };
    createEventTable(options: { connectionString: string }): Promise<unknown>;
  };
}

/** Castore: one INSERT per append with a version from the caller, on the `postgres` driver; there is no total order. */
export async function castore(packages: PeerPackages, ownerUrl: string): Promise<Peer> {
  const name = '@castore/event-storage-adapter-postgres';
  // The interface above is what the installed version, which the lock file fixes, exports.
  const { PostgresEventStorageAdapter: Adapter } = trust<CastorePostgres>(await packages.load(name));
  await Adapter.createEventTable({ connectionString: ownerUrl });
  const url = new URL(ownerUrl);
  url.searchParams.set('max', String(peerConnections));
  const adapter = new Adapter({ connectionString: url.href });
  return {
    name: `Castore ${await packages.version(name)}`,
    append: ({ category, streamId, type, data, metadata }: SampleEvent) =>
      adapter.pushEvent(
        { aggregateId: streamId, version: 1, type, payload: data, metadata },
        { eventStoreId: category },
      ),
    // A private member: it gives no other way to close its connections.
    close: () => trust<{ end(): Promise<void> }>(Reflect.get(adapter, '_sql')).end(),
  };
}

import { readFile } from 'node:fs/promises';
import { Pool } from 'pg';
import { onConnection } from '../postgres-server.js';
import type { SampleEvent } from '../sample-event.js';
import type { PeerPackages } from './install.js';
import { type Peer, peerConnections } from './peer.js';

const name = '@eventide/message-db';

/** The files in the order of its install.sh, which needs psql. */
const files = [
  'schema/message-store',
  'extensions/pgcrypto',
  'tables/messages',
  'types/message',
  ...[
    ...['message-store-version', 'hash-64', 'acquire-lock', 'category', 'is-category', 'id', 'cardinal-id'],
    ...['stream-version', 'write-message'],
  ].map((file) => `functions/${file}`),
  ...['messages-id', 'messages-stream', 'messages-category'].map((file) => `indexes/${file}`),
];

/** message-db: an SQL function per append, one advisory lock per category (of which the sample has six). */
export async function messageDb(packages: PeerPackages, ownerUrl: string): Promise<Peer> {
  const url = new URL(ownerUrl);
  url.searchParams.set('options', '-c search_path=message_store,public -c client_min_messages=warning');
  await onConnection(url.href, async (client) => {
    for (const file of files) {
      await client.query(await readFile(packages.path(name, `database/${file}.sql`), 'utf8'));
    }
  });
  const pool = new Pool({ connectionString: url.href, max: peerConnections });
  return {
    name: `message-db ${await packages.version(name)}`,
    append: ({ category, streamId, id, type, data, metadata }: SampleEvent) =>
      pool.query({
        name: 'write',
        text: 'select write_message($1, $2, $3, $4, $5, $6)',
        values: [id, `${category}-${streamId}`, type, JSON.stringify(data), JSON.stringify(metadata), -1],
      }),
    close: () => pool.end(),
  };
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Connections } from './connections.js';

const message = (type: string, ...parts: readonly Buffer[]) => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const authenticated = message('R', Buffer.alloc(4));
const ready = message('Z', Buffer.from('I'));
const fatal = message(
  'E',
  Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'),
);

/** A server that opens a connection and ends it in one breath, as PostgreSQL does when it is killed just then. */
async function endingServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(Buffer.concat([authenticated, ready, fatal])));
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a connection that ends in the moment it is opened fails what is asked on it, and not the process', async () => {
  const server = await endingServer();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const connections = new Connections(`postgres://nobody@127.0.0.1:${address.port}/none`);
  const pool = connections.pool(
    'inquest test',
    { connectTimeoutMs: 1_000, answerTimeoutMs: 1_000 },
    { max: 1 },
  );
  const asking = async () => {
    const client = await pool.connect();
    try {
      await client.query('SELECT 1');
    } finally {
      client.release(true);
    }
  };
  await expect(asking()).rejects.toThrow(/not queryable|terminat/);
  await pool.end();
  server.close();
});

import { Client } from 'pg';
import { describeWith } from './available.js';
import { dockerEngine } from './docker.js';
import { startContainer } from './run-server.js';

describeWith(await dockerEngine(), 'PostgreSQL in a container', () => {
  test('serves a run as the embedded one does', async () => {
    const server = await startContainer();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query('SELECT getdatabaseencoding() AS encoding');
    expect(rows).toEqual([{ encoding: 'UTF8' }]);
    await client.end();
    await server.stop();
  }, 300_000);
});

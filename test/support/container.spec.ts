import { Client } from 'pg';
import { describeWith } from './available.js';
import { runServer, testDatabase } from './postgres.js';

const { source, notContainer } = await runServer();

describeWith(
  source === 'container' ? { available: true } : { available: false, reason: notContainer },
  'PostgreSQL in a container',
  () => {
    test('serves a run as the embedded one does', async () => {
      const database = await testDatabase();
      const client = new Client({ connectionString: database.ownerUrl });
      await client.connect();
      const { rows } = await client.query(
        'SELECT getdatabaseencoding() AS encoding, datlocale AS locale FROM pg_database WHERE datname = $1',
        [database.name],
      );
      expect(rows).toEqual([{ encoding: 'UTF8', locale: 'C.UTF-8' }]);
      await client.end();
      await database.drop();
    });
  },
);

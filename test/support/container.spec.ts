import { Client } from 'pg';
import { type Availability, describeWith } from './available.js';
import { runBroker } from './broker.js';
import { dockerEngine } from './docker.js';
import { runServer, testDatabase } from './postgres.js';
import { suiteTopics } from './topics.js';

// What a run has where there is a container engine: the other suites then use it without knowing.

/** Asks for no server that would be started otherwise. */
async function inContainer(
  server: () => Promise<{ readonly source: string; readonly notContainer: string }>,
): Promise<Availability> {
  const engine = await dockerEngine();
  if (!engine.available) return engine;
  const { source, notContainer } = await server();
  return source === 'container' ? engine : { available: false, reason: notContainer };
}

describeWith(await inContainer(runServer), 'PostgreSQL in a container', () => {
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
});

describeWith(await inContainer(runBroker), 'Kafka in a container', () => {
  test('serves a run as the local one does', async () => {
    const topics = await suiteTopics();
    await topics.write('inquest.parked.v1', { headers: { ce_type: 'Tested' }, value: '{}' });
    const [record] = await topics.read('inquest.parked.v1');
    expect(record).toEqual({ offset: 0n, headers: { ce_type: 'Tested' }, value: '{}' });
  });
});

import { Client } from 'pg';
import { privatePostgres, testDatabase } from './postgres.js';

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query({ text, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

describe('a database for a suite', () => {
  test('is empty, its own, and gone when dropped', async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    await query(one.ownerUrl, 'CREATE TABLE note (text text)');
    expect(await query(two.ownerUrl, `SELECT to_regclass('note')`)).toEqual([[null]]);
    await Promise.all([one.drop(), two.drop()]);
    await expect(query(one.ownerUrl, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });

  test('is a clone of a template that is prepared once', async () => {
    let prepared = 0;
    const options = {
      template: 'notes',
      prepare: async (ownerUrl: string) => {
        prepared += 1;
        await query(ownerUrl, `CREATE TABLE note AS SELECT 'from the template' AS text`);
      },
    };
    const databases = await Promise.all([1, 2, 3].map(() => testDatabase(options)));
    expect(prepared).toBe(1);
    for (const database of databases) {
      expect(await query(database.ownerUrl, 'SELECT text FROM note')).toEqual([['from the template']]);
      await database.drop();
    }
  });

  test('compares text by code point in UTF-8, wherever it runs', async () => {
    const database = await testDatabase();
    expect(
      await query(
        database.ownerUrl,
        `SELECT getdatabaseencoding(), (SELECT string_agg(word, '' ORDER BY word) FROM unnest('{b,A,a,é}'::text[]) word)`,
      ),
    ).toEqual([['UTF8', 'Aabé']]);
    await database.drop();
  });
});

describe('a server for a suite', () => {
  test('keeps what was committed when it is killed', async () => {
    const server = await privatePostgres();
    await query(server.ownerUrl, `CREATE TABLE note AS SELECT 'kept' AS text`);
    const before = server.pid;
    await server.kill9();
    await expect(query(server.ownerUrl, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.restart();
    expect(server.pid).not.toBe(before);
    expect(await query(server.ownerUrl, 'SELECT text FROM note')).toEqual([['kept']]);
    await server.stop();
  });
});

import * as fc from 'fast-check';
import { Pool } from 'pg';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { insert, upsert } from './rows.js';
import { inTransaction } from './runner/transaction.js';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = new Pool({ connectionString: database.ownerUrl });
  const columns = '(n integer PRIMARY KEY, words text[], text text, sure boolean, fold json)';
  await pool.query(`CREATE TABLE inserted ${columns}; CREATE TABLE upserted ${columns}`);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
  fc.constantFrom('\\N', '\\.', '\t', '\r\n', '\\', '"', '{}', ',', 'NULL', ''),
);
const anyRow = fc.record({
  words: fc.array(anyText),
  text: fc.option(anyText),
  sure: fc.boolean(),
  fold: fc.record({ text: anyText, deep: fc.array(fc.record({ text: anyText })) }),
});

test('rows that are copied in are those that a statement would have written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 20 }), async (values) => {
      const numbered = values.map((row, n) => ({ n, ...row }));
      await pool.query('TRUNCATE inserted, upserted');
      await inTransaction(pool, 'public', async (rows) => {
        await insert(rows, 'inserted', numbered);
        await upsert(rows, 'upserted', ['n'], numbered);
      });
      const { rows: inserted } = await pool.query('SELECT * FROM inserted ORDER BY n');
      const { rows: upserted } = await pool.query('SELECT * FROM upserted ORDER BY n');
      expect(inserted).toEqual(upserted);
      expect(inserted).toEqual(numbered);
    }),
    { numRuns: 40 },
  );
});

test('a row that PostgreSQL refuses undoes all of it, and the connection goes on', async () => {
  await pool.query('TRUNCATE inserted');
  const row = { n: 1, words: [], text: 'first', sure: true, fold: {} };
  const twice = inTransaction(pool, 'public', async (rows) => {
    await insert(rows, 'inserted', [{ ...row, n: 0 }]);
    await insert(rows, 'inserted', [row, row]);
  });
  await expect(twice).rejects.toThrow(/duplicate key/);
  await inTransaction(pool, 'public', (rows) => insert(rows, 'inserted', [row]));
  const { rows: found } = await pool.query('SELECT n FROM inserted');
  expect(found).toEqual([{ n: 1 }]);
});

import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { KeysUnavailable } from '#event-sourcing';
import { runFolder } from '../../../test/support/environment.js';
import { refusalOf } from '../../../test/support/protected-keys.js';
import { newKey } from './aes-gcm.js';
import { localMasterKey } from './local-master-key.js';

const context = { use: 'test', subjectId: 'a' };
let file = '';
let subjectKeysFolder = '';
const open = () => localMasterKey({ file, subjectKeysFolder });

beforeEach(async () => {
  const top = await mkdtemp(join(runFolder(), 'master-'));
  file = join(top, 'keys', 'master.key');
  subjectKeysFolder = join(top, 'subjects');
});

async function aSubjectKeyExists(): Promise<void> {
  await mkdir(subjectKeysFolder);
  await writeFile(join(subjectKeysFolder, '3f1d7c0e-7b0a-4a53-9d2c-3a5d54e6a101.json'), '{}');
}

async function unavailable(work: Promise<unknown>, why: RegExp): Promise<Error> {
  const error = await refusalOf(work);
  expect(error).toBeInstanceOf(KeysUnavailable);
  expect(error.message).toMatch(why);
  return error;
}

test('it is made on first use, for its owner only, and the same one unwraps later', async () => {
  const key = newKey();
  const wrapped = await open().wrap(key, context);
  expect(await readFile(file)).toHaveLength(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
  expect(await readdir(dirname(file))).toEqual(['master.key']);
  expect(Buffer.from(await open().unwrap(wrapped, context))).toEqual(key);
});

test('of many that make it at once one wins, and all use the winner’s', async () => {
  const key = newKey();
  const all = await Promise.all(Array.from({ length: 16 }, () => open().wrap(key, context)));
  for (const wrapped of all) expect(Buffer.from(await open().unwrap(wrapped, context))).toEqual(key);
  expect(await readdir(dirname(file))).toEqual(['master.key']);
});

test('nothing is unwrapped in another context, or when any byte was changed', async () => {
  const wrapped = Buffer.from(await open().wrap(newKey(), context));
  await unavailable(
    open().unwrap(wrapped, { ...context, subjectId: 'b' }),
    /was changed, or is the key of another one/,
  );
  await unavailable(open().unwrap(wrapped, {}), /was changed/);
  for (const [index, byte] of wrapped.entries()) {
    const changed = Buffer.from(wrapped);
    changed[index] = byte ^ 1;
    await unavailable(open().unwrap(changed, context), /backup/);
  }
  await unavailable(open().unwrap(Buffer.alloc(0), context), /backup/);
});

test('another master key is recognised, and says nothing of an erasure', async () => {
  const wrapped = await open().wrap(newKey(), context);
  await writeFile(file, newKey());
  const error = await unavailable(
    open().unwrap(wrapped, context),
    /another one than .* Put .* back from its backup/,
  );
  expect(inspect(error)).not.toContain((await readFile(file)).toString('base64'));
});

test('a lost one is not made anew while keys of subjects exist: it is to be put back', async () => {
  const wrapped = await open().wrap(newKey(), context);
  await aSubjectKeyExists();
  const lost = await readFile(file);
  await rm(file);
  const missing = /no master key in .* put it back from its backup\. Nothing was erased/;
  await unavailable(open().wrap(newKey(), context), missing);
  await unavailable(open().unwrap(wrapped, context), missing);
  await unavailable(open().ready(), missing);
  expect(await readdir(dirname(file))).toEqual([]);
  await writeFile(file, lost, { mode: 0o600 });
  await open().unwrap(wrapped, context);
});

test('what was wrapped never makes one', async () => {
  await unavailable(open().unwrap(Buffer.alloc(68), context), /no master key/);
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

test.each([0o640, 0o604, 0o660, 0o610])('one that others may use (%o) is refused', async (mode) => {
  await open().ready();
  await chmod(file, mode);
  await unavailable(open().ready(), new RegExp(`mode ${mode.toString(8)}.*chmod 600`));
  await unavailable(open().wrap(newKey(), context), /Others than its owner/);
});

test.each([0, 31, 33])('one of %i bytes is damaged', async (length) => {
  await open().ready();
  await truncate(file, length);
  await unavailable(open().ready(), new RegExp(`damaged: it has ${length} bytes`));
  expect((await stat(file)).size).toBe(length);
});

test('a folder in its place cannot be reached, with the cause', async () => {
  await mkdir(file, { recursive: true });
  expect((await unavailable(open().ready(), /cannot be reached/)).cause).toMatchObject({ code: 'EISDIR' });
});

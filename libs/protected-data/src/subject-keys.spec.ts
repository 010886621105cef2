import { link, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeysUnavailable } from '#event-sourcing';
import {
  newWitness,
  openName,
  type ProtectedKeys,
  protectedKeys,
  refusalOf,
  sealName,
  type Witness,
} from '../../../test/support/protected-keys.js';
import { keysElsewhere } from '../../../test/support/keys-elsewhere.js';

const name = 'Amina Clear-Text';
let keys: ProtectedKeys;
let witness: Witness;
const keyFile = () => join(keys.folder, `${witness.id}.json`);
const names = async () => (await keys.files()).map(({ name }) => name).toSorted();

beforeEach(async () => {
  keys = await protectedKeys();
  witness = newWitness();
});

test('a key is one private file, which names its master key', async () => {
  const { keyId } = await sealName(keys.open(), witness, name);
  expect(await names()).toEqual(['master/master.key', `subjects/${witness.id}.json`]);
  expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
  expect((await stat(keys.folder)).mode & 0o777).toBe(0o700);
  expect(JSON.parse(await readFile(keyFile(), 'utf8'))).toEqual({
    version: 1,
    keyId,
    wrapped: expect.any(String),
    masterKey: 'local',
  });
});

test('of many that make the key of one subject at once one wins, and all seal under it', async () => {
  const all = await Promise.all(Array.from({ length: 16 }, () => sealName(keys.open(), witness, name)));
  expect(new Set(all.map(({ keyId }) => keyId)).size).toBe(1);
  for (const sealed of all) expect(await openName(keys.open(), witness, sealed)).toBe(name);
  expect(await names()).toEqual(['master/master.key', `subjects/${witness.id}.json`]);
});

test('of processes that make the keys of many subjects at once all seal under the same ones', async () => {
  const witnesses = Array.from({ length: 8 }, newWitness);
  const processes = await Promise.all([1, 2, 3].map(() => keysElsewhere(keys, { seal: witnesses })));
  for (const [index, each] of witnesses.entries()) {
    const sealed = processes.map((values) => values[index]);
    expect(new Set(sealed.map((value) => value?.keyId)).size).toBe(1);
    for (const value of sealed)
      expect(value && (await openName(keys.open(), each, value))).toBe('sealed elsewhere');
  }
});

test('a key is used while the draft that it was made of is still there', async () => {
  const sealed = await sealName(keys.open(), witness, name);
  await link(keyFile(), `${keyFile()}.draft`);
  expect(await openName(keys.open(), witness, await sealName(keys.open(), witness, name))).toBe(name);
  expect(await openName(keys.open(), witness, sealed)).toBe(name);
});

describe('a key file that is', () => {
  test.each([
    ['missing', () => unlink(keyFile()), /is missing, and no tombstone .* Put it back from the backup/],
    ['empty', () => writeFile(keyFile(), ''), /is damaged/],
    [
      'cut short',
      async () => writeFile(keyFile(), (await readFile(keyFile())).subarray(0, 90)),
      /is damaged/,
    ],
    ['no JSON', () => writeFile(keyFile(), 'key'), /is damaged/],
    ['of another version', () => changeKeyFile({ version: 2 }), /of a later version/],
    ['without a key id', () => changeKeyFile({ keyId: undefined }), /is damaged/],
    ['changed in its key', () => changeKeyFile({ wrapped: 'AAAA' }), /backup/],
    ['of another key id', () => changeKeyFile({ keyId: newWitness().id }), /was changed/],
    [
      'of another master key',
      () => changeKeyFile({ masterKey: 'aws-kms x' }),
      /wrapped by the master key aws-kms x/,
    ],
  ])('%s makes the key unavailable and not erased, and comes back with its file', async (_, damage, why) => {
    const sealed = await sealName(keys.open(), witness, name);
    const intact = await readFile(keyFile());
    await damage();
    const refusal = await refusalOf(openName(keys.open(), witness, sealed));
    expect(refusal).toBeInstanceOf(KeysUnavailable);
    expect(refusal.message).toMatch(why);
    await writeFile(keyFile(), intact);
    expect(await openName(keys.open(), witness, sealed)).toBe(name);
  });

  test('damaged is not replaced when something is sealed', async () => {
    await sealName(keys.open(), witness, name);
    await writeFile(keyFile(), 'key');
    await expect(sealName(keys.open(), witness, name)).rejects.toThrow(KeysUnavailable);
    expect(await readFile(keyFile(), 'utf8')).toBe('key');
  });
});

test('a folder that cannot be reached is no erasure', async () => {
  const sealed = await sealName(keys.open(), witness, name);
  await rename(keys.folder, `${keys.folder}.away`);
  await writeFile(keys.folder, 'no folder');
  for (const work of [
    () => openName(keys.open(), witness, sealed),
    () => sealName(keys.open(), witness, name),
    () => keys.open().erase(witness.stream),
    () => keys.open().eraseAgain([witness.id]),
  ]) {
    const refusal = await refusalOf(work());
    expect(refusal).toBeInstanceOf(KeysUnavailable);
    expect(refusal.cause).toMatchObject({ code: 'ENOTDIR' });
  }
  await rm(keys.folder);
  await rename(`${keys.folder}.away`, keys.folder);
  expect(await openName(keys.open(), witness, sealed)).toBe(name);
});

/** Writes the key file anew with some members changed. */
async function changeKeyFile(change: object): Promise<void> {
  const content = JSON.parse(await readFile(keyFile(), 'utf8')) as object;
  await writeFile(keyFile(), JSON.stringify({ ...content, ...change }));
}

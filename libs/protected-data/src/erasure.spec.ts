import { writeFileSync } from 'node:fs';
import { cp, link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyErased, KeysUnavailable, type SealedValue } from '#event-sourcing';
import { keysElsewhere } from '../../../test/support/keys-elsewhere.js';
import {
  newWitness,
  openName,
  type ProtectedKeys,
  protectedKeys,
  refusalOf,
  sealName,
  type Witness,
} from '../../../test/support/protected-keys.js';
import type { MasterKey } from './master-key.js';
import { subjectKeys } from './subject-keys.js';

const name = 'Amina Clear-Text';
let keys: ProtectedKeys;
let witness: Witness;
let sealed: SealedValue;
const keyFile = () => join(keys.folder, `${witness.id}.json`);
const tombstone = () => join(keys.folder, `${witness.id}.erased`);
const names = async () => (await readdir(keys.folder)).toSorted();

beforeEach(async () => {
  keys = await protectedKeys();
  witness = newWitness();
  sealed = await sealName(keys.open(), witness, name);
});

async function expectErased(): Promise<void> {
  await expect(openName(keys.open(), witness, sealed)).rejects.toThrow(KeyErased);
  await expect(sealName(keys.open(), witness, name)).rejects.toThrow(KeyErased);
  expect(await names()).toEqual([`${witness.id}.erased`]);
}

test('an erased subject has a tombstone and no key: nothing opens, nothing is sealed', async () => {
  expect(await keys.open().erase(witness.stream)).toEqual({ outcome: 'erased', keyId: sealed.keyId });
  await expectErased();
  expect(JSON.parse(await readFile(tombstone(), 'utf8'))).toEqual({
    version: 1,
    keyId: sealed.keyId,
    erasedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect((await stat(tombstone())).mode & 0o777).toBe(0o600);
  expect(keys.returned).toEqual([]);
});

test('others are still there', async () => {
  const other = newWitness();
  const kept = await sealName(keys.open(), other, 'someone');
  await keys.open().erase(witness.stream);
  expect(await openName(keys.open(), other, kept)).toBe('someone');
});

test('erased twice is erased once', async () => {
  await keys.open().erase(witness.stream);
  const first = await readFile(tombstone());
  expect(await keys.open().erase(witness.stream)).toEqual({ outcome: 'alreadyErased', keyId: sealed.keyId });
  expect(await readFile(tombstone())).toEqual(first);
  expect(keys.returned).toEqual([]);
});

test('erased by many at once is erased once', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => keys.open().erase(witness.stream)));
  expect(all.filter(({ outcome }) => outcome === 'erased')).toHaveLength(1);
  await expectErased();
});

test('a subject without a key is erased too, and never gets one', async () => {
  const unknown = newWitness();
  expect(await keys.open().erase(unknown.stream)).toEqual({ outcome: 'erased' });
  await expect(sealName(keys.open(), unknown, name)).rejects.toThrow(KeyErased);
  expect(await keys.open().erase(unknown.stream)).toEqual({ outcome: 'alreadyErased' });
});

test('a key whose file is damaged is erased too', async () => {
  await writeFile(keyFile(), 'damaged');
  expect(await keys.open().erase(witness.stream)).toEqual({ outcome: 'erased' });
  await expectErased();
});

test('neither a lost master key nor a master key out of reach prevents an erasure, or looks like one', async () => {
  const away: MasterKey = {
    name: 'local',
    wrap: () => Promise.reject(new KeysUnavailable('away')),
    unwrap: () => Promise.reject(new KeysUnavailable('away')),
  };
  await expect(openName(keys.open({ masterKey: away }), witness, sealed)).rejects.toThrow(KeysUnavailable);
  expect(await openName(keys.open(), witness, sealed)).toBe(name);
  await rm(keys.masterKeyFile);
  expect(await keys.open({ masterKey: away }).erase(witness.stream)).toMatchObject({ outcome: 'erased' });
  await expectErased();
});

test('the bytes of a destroyed key are overwritten', async () => {
  await link(keyFile(), join(keys.folder, 'another-name'));
  await keys.open().erase(witness.stream);
  const bytes = await readFile(join(keys.folder, 'another-name'));
  expect(bytes).toEqual(Buffer.alloc(bytes.length));
});

test.each([
  ['before the key is overwritten', 'open', 1],
  ['before the key is removed', 'unlink', 0],
] as const)('a crash after the tombstone, %s, ends in destruction', async (_, call, returned) => {
  await keysElsewhere(keys, { erase: [witness], dieAt: { call, file: '.json' } });
  expect(await names()).toEqual([`${witness.id}.erased`, `${witness.id}.json`]);
  await expectErased();
  expect(keys.returned).toHaveLength(returned);
});

test('a crash after the tombstone ends in destruction at the next start, also when the log says nothing yet', async () => {
  await keysElsewhere(keys, { erase: [witness], dieAt: { call: 'open', file: '.json' } });
  expect(await keys.open().eraseAgain([])).toEqual([{ subjectId: witness.id, keyId: sealed.keyId }]);
  await expectErased();
});

test('a crash before the tombstone erases nothing', async () => {
  await keysElsewhere(keys, { erase: [witness], dieAt: { call: 'link', file: '' } });
  expect(await openName(keys.open(), witness, sealed)).toBe(name);
  expect(await keys.open().erase(witness.stream)).toMatchObject({ outcome: 'erased' });
});

test('what a crash left of the making of a key goes with it', async () => {
  witness = newWitness();
  await keysElsewhere(keys, { seal: [witness], dieAt: { call: 'rm', file: '' } });
  expect((await names()).filter((name) => name.startsWith(witness.id))).toHaveLength(2);
  sealed = await sealName(keys.open(), witness, name);
  expect(await openName(keys.open(), witness, sealed)).toBe(name);
  await keys.open().erase(witness.stream);
  expect((await names()).filter((name) => name.startsWith(witness.id))).toEqual([`${witness.id}.erased`]);
});

describe('a key file from a backup', () => {
  let backup = '';
  beforeEach(async () => {
    backup = `${keys.folder}.backup`;
    await cp(keys.folder, backup, { recursive: true });
    await keys.open().erase(witness.stream);
  });
  const comesBack = () => cp(join(backup, `${witness.id}.json`), keyFile());
  const returned = () => ({ subjectId: witness.id, keyId: sealed.keyId });

  test.each([
    ['opened', () => refusalOf(openName(keys.open(), witness, sealed))],
    ['sealed', () => refusalOf(sealName(keys.open(), witness, name))],
    ['erased', () => keys.open().erase(witness.stream)],
  ])('beside its tombstone is destroyed again and reported when its subject is %s', async (_, work) => {
    await comesBack();
    await work();
    expect(await names()).toEqual([`${witness.id}.erased`]);
    expect(keys.returned).toEqual([returned()]);
    await expectErased();
  });

  test('beside its tombstone is destroyed at the start, and given', async () => {
    await comesBack();
    expect(await keys.open().eraseAgain([witness.id])).toEqual([returned()]);
    expect(await keys.open().eraseAgain([witness.id])).toEqual([]);
    await expectErased();
  });

  test('is destroyed at the start when the whole folder was put back and the tombstone is gone', async () => {
    await rm(keys.folder, { recursive: true });
    await cp(backup, keys.folder, { recursive: true });
    expect(await openName(keys.open(), witness, sealed)).toBe(name);
    expect(await keys.open().eraseAgain([witness.id])).toEqual([returned()]);
    await expectErased();
  });

  test('finds the tombstone that the log demands, when nothing else of its subject was there', async () => {
    await rm(keys.folder, { recursive: true });
    expect(await keys.open().eraseAgain([witness.id])).toEqual([]);
    await comesBack();
    await expectErased();
    expect(keys.returned).toEqual([returned()]);
  });
});

describe('an erasure while something is sealed', () => {
  /** A master key that lets the subject be erased while it works. */
  const erasingDuring = (method: 'wrap' | 'unwrap', of: Witness): MasterKey => ({
    name: 'local',
    async wrap(key) {
      if (method === 'wrap') await keys.open().erase(of.stream);
      return Uint8Array.from(key);
    },
    async unwrap() {
      if (method === 'unwrap') await keys.open().erase(of.stream);
      return Buffer.alloc(32, 1);
    },
  });

  test('under its first key leaves no key', async () => {
    witness = newWitness();
    const data = keys.open({ masterKey: erasingDuring('wrap', witness) });
    await expect(sealName(data, witness, name)).rejects.toThrow(KeyErased);
    await rm(keys.folder, { recursive: true, force: true });
    await keys.open().eraseAgain([witness.id]);
    await expectErased();
  });

  test('under a key that it has gives nothing back', async () => {
    const data = keys.open({ masterKey: erasingDuring('unwrap', witness) });
    await expect(sealName(data, witness, name)).rejects.toThrow(KeyErased);
    await expectErased();
  });

  test('while the key is lent gives nothing back', async () => {
    const lending = subjectKeys({
      folder: keys.folder,
      masterKey: { name: 'local', wrap: async (key) => key, unwrap: async () => Buffer.alloc(32, 1) },
    });
    // Another process got as far as the tombstone.
    const sealing = lending.toSeal(witness.id, () => writeFileSync(tombstone(), '{"version":1}'));
    await expect(sealing).rejects.toThrow(KeyErased);
    expect(await keys.open().erase(witness.stream)).toEqual({ outcome: 'alreadyErased' });
    await expectErased();
  });

  test('by many processes at once leaves no key behind', async () => {
    const witnesses = Array.from({ length: 8 }, newWitness);
    const data = keys.open();
    const works = witnesses.flatMap((each) => [
      sealName(data, each, name),
      data.erase(each.stream),
      sealName(keys.open(), each, name),
    ]);
    await Promise.allSettled([keysElsewhere(keys, { seal: witnesses }), ...works]);
    for (const each of witnesses)
      expect((await names()).filter((name) => name.startsWith(each.id))).toEqual([`${each.id}.erased`]);
  });
});

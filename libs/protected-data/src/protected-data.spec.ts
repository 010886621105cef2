import { randomUUID } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { CannotUnseal, Clear, KeyErased, KeysUnavailable } from '#event-sourcing';
import {
  newWitness,
  openName,
  type ProtectedKeys,
  protectedKeys,
  refusalOf,
  sealName,
} from '../../../test/support/protected-keys.js';
import { newKey } from './aes-gcm.js';
import type { MasterKey } from './master-key.js';

const name = 'Amina Clear-Text';
let keys: ProtectedKeys;
beforeAll(async () => {
  keys = await protectedKeys();
});

test('what one process seals, another opens', async () => {
  const witness = newWitness();
  const fields = { name, telephone: '+00 17', address: { street: 'Long Street', number: 4 } };
  const clear = new Map(Object.entries(fields).map(([field, value]) => [field, new Clear<unknown>(value)]));
  const sealed = await keys.open().seal(witness, clear);
  const { stream, commandId } = witness;
  const opened = await keys
    .open()
    .unseal(stream, new Map([...sealed].map(([field, value]) => [field, { sealed: value, commandId }])));
  expect(Object.fromEntries(opened)).toEqual(fields);
});

test('any JSON values of any commands of a subject open together', async () => {
  const data = keys.open();
  const commands = fc.dictionary(fc.uuid(), fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), {
    maxKeys: 3,
  });
  await fc.assert(
    fc.asyncProperty(commands, async (commands) => {
      const { stream } = newWitness();
      for (const [commandId, fields] of Object.entries(commands)) {
        const clear = new Map(
          Object.entries(fields).map(([field, value]) => [field, new Clear<unknown>(value)]),
        );
        const sealed = await data.seal({ stream, commandId }, clear);
        const opened = await data.unseal(
          stream,
          new Map([...sealed].map(([field, value]) => [field, { sealed: value, commandId }])),
        );
        expect(JSON.stringify([...opened])).toBe(JSON.stringify(Object.entries(fields)));
      }
    }),
    { numRuns: 20 },
  );
});

test('the key of a subject is unwrapped once for all fields of a call, and forgotten after it', async () => {
  const lent: Uint8Array[] = [];
  const real = newKey();
  const masterKey: MasterKey = {
    name: 'test',
    async wrap(key) {
      lent.push(key);
      return Uint8Array.from(key, (byte, index) => byte ^ (real[index] ?? 0));
    },
    async unwrap(wrapped) {
      const key = wrapped.map((byte, index) => byte ^ (real[index] ?? 0));
      lent.push(key);
      return key;
    },
  };
  const data = (await protectedKeys()).open({ masterKey });
  const witness = newWitness();
  const three = new Map(['a', 'b', 'c'].map((field) => [field, new Clear(field)]));
  await data.seal(witness, three);
  expect(lent).toHaveLength(1);
  const sealed = await data.seal(witness, three);
  expect(lent).toHaveLength(2);
  const { stream, commandId } = witness;
  await data.unseal(
    stream,
    new Map([...sealed].map(([field, value]) => [field, { sealed: value, commandId }])),
  );
  expect(lent).toHaveLength(3);
  await refusalOf(data.seal(witness, new Map([['a', new Clear(undefined)]])));
  expect(lent).toHaveLength(4);
  for (const key of lent) expect(Buffer.from(key)).toEqual(Buffer.alloc(32));
});

test('nothing asked, nothing made', async () => {
  const fresh = await protectedKeys();
  expect(await fresh.open().seal(newWitness(), new Map())).toEqual(new Map());
  expect(await fresh.open().unseal(newWitness().stream, new Map())).toEqual(new Map());
  expect(await fresh.files()).toEqual([]);
});

describe('a sealed value does not open', () => {
  const witness = newWitness();
  const sealed = () => sealName(keys.open(), witness, name);

  test('at another witness', async () => {
    const other = newWitness();
    await sealName(keys.open(), other, 'someone');
    const refusal = await refusalOf(
      openName(keys.open(), { ...other, commandId: witness.commandId }, await sealed()),
    );
    expect(refusal).toBeInstanceOf(CannotUnseal);
  });

  test('at another witness, not even as a value of its key', async () => {
    const other = newWitness();
    const { keyId } = await sealName(keys.open(), other, 'someone');
    const moved = { ...(await sealed()), keyId };
    const refusal = await refusalOf(openName(keys.open(), { ...other, commandId: witness.commandId }, moved));
    expect(refusal).toBeInstanceOf(CannotUnseal);
  });

  test('with the key file of its witness put in place of another’s', async () => {
    const other = newWitness();
    const value = await sealed();
    await copyFile(join(keys.folder, `${witness.id}.json`), join(keys.folder, `${other.id}.json`));
    const refusal = await refusalOf(openName(keys.open(), { ...other, commandId: witness.commandId }, value));
    expect(refusal).toBeInstanceOf(KeysUnavailable);
    expect(refusal.message).toMatch(/is the key of another one/);
  });

  test('for another command', async () => {
    const refusal = openName(keys.open(), { ...witness, commandId: randomUUID() }, await sealed());
    await expect(refusal).rejects.toThrow(CannotUnseal);
  });

  test('in another field', async () => {
    const { stream, commandId } = witness;
    const asTelephone = new Map([['telephone', { sealed: await sealed(), commandId }]]);
    await expect(keys.open().unseal(stream, asTelephone)).rejects.toThrow(CannotUnseal);
  });

  test('in another installation', async () => {
    await expect(openName(keys.open({ origin: 'another' }), witness, await sealed())).rejects.toThrow(
      CannotUnseal,
    );
  });

  test('beside one that opens: all or none', async () => {
    const { stream, commandId } = witness;
    const value = await sealed();
    const both = new Map([
      ['name', { sealed: value, commandId }],
      ['telephone', { sealed: value, commandId }],
    ]);
    await expect(keys.open().unseal(stream, both)).rejects.toThrow(/^telephone of witness-/);
  });
});

test.each([
  'witness-../../etc/passwd',
  'witness-',
  'witness',
  'witness-3F1D7C0E-7B0A-4A53-9D2C-3A5D54E6A101',
])('%s is no subject, and no file', async (stream) => {
  const fresh = await protectedKeys();
  const clear = new Map([['name', new Clear(name)]]);
  await expect(fresh.open().seal({ stream, commandId: randomUUID() }, clear)).rejects.toThrow(TypeError);
  await expect(fresh.open().erase(stream)).rejects.toThrow(TypeError);
  await expect(fresh.open().eraseAgain([stream.slice('witness-'.length)])).rejects.toThrow(TypeError);
  expect(await fresh.files()).toEqual([]);
});

test('no clear text and no key stands in any file, error or printed object', async () => {
  const fresh = await protectedKeys();
  const data = fresh.open();
  const witness = newWitness();
  const sealed = await sealName(data, witness, name);
  const path = join(fresh.folder, `${witness.id}.json`);
  const intact = await readFile(path, 'utf8');
  const errors = [await refusalOf(openName(fresh.open({ origin: 'x' }), witness, sealed))];
  for (const damaged of [
    '',
    'x',
    intact.slice(0, -40),
    intact.replace(/"wrapped":"..../, '"wrapped":"AAAA'),
  ]) {
    await writeFile(path, damaged);
    errors.push(await refusalOf(openName(data, witness, sealed)));
  }
  await writeFile(path, intact);
  const masterKey = await readFile(fresh.masterKeyFile);
  await writeFile(fresh.masterKeyFile, newKey());
  errors.push(await refusalOf(openName(data, witness, sealed)));
  await data.erase(witness.stream);
  errors.push(await refusalOf(openName(data, witness, sealed)));

  expect(errors.map(({ name }) => name)).toEqual([
    'CannotUnseal',
    ...Array.from({ length: 5 }, () => 'KeysUnavailable'),
    'KeyErased',
  ]);
  const { wrapped } = JSON.parse(intact) as { wrapped: string };
  const said = inspect([errors, errors.map(({ stack }) => stack), data], { depth: null, showHidden: true });
  const secrets = [
    name,
    wrapped,
    ...(['base64', 'hex', 'latin1'] as const).map((as) => masterKey.toString(as)),
  ];
  for (const secret of secrets) expect(said).not.toContain(secret);
  for (const { bytes } of await fresh.files()) expect(bytes.toString('latin1')).not.toContain('Amina');
  expect(errors.at(-1)).toBeInstanceOf(KeyErased);
});

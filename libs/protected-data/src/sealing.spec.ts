import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { CannotUnseal, sealedValue } from '#event-sourcing';
import { decrypt, encrypt, newKey } from './aes-gcm.js';
import { padded, unpadded } from './padding.js';
import { associated, type Place, sealValue, type SubjectKey, unsealValue, valueBytesMax } from './sealing.js';

const place: Place = {
  origin: 'field office',
  stream: 'witness-3f1d7c0e-7b0a-4a53-9d2c-3a5d54e6a101',
  commandId: '9a7f2f0e-52d6-5c2f-8f3b-0d3f6c1b2a44',
  field: 'name',
};
const otherId = '00000000-0000-4000-8000-000000000000';
const key: SubjectKey = { keyId: '5d1f0c52-3f4e-4f0e-8c55-0c1c7f4f3e21', bytes: newKey() };
const name = 'Amina Clear-Text';
const sealed = sealValue(key, place, name);

const text = fc.string({ unit: 'binary', maxLength: 40 });
const places = fc.record({ origin: text, stream: text, commandId: text, field: text });

test('any JSON value opens at its place, and what was sealed has the shape that events take', () => {
  const shape = Compile(sealedValue);
  fc.assert(
    fc.property(fc.jsonValue(), places, (value, place) => {
      const sealed = sealValue(key, place, value);
      expect(shape.Check(sealed)).toBe(true);
      expect(JSON.stringify(unsealValue(key, place, sealed))).toBe(JSON.stringify(value));
    }),
  );
});

test('it opens at no other place', () => {
  fc.assert(
    fc.property(places, places, (sealedAt, openedAt) => {
      fc.pre(!associated('value', sealedAt, '').equals(associated('value', openedAt, '')));
      expect(() => unsealValue(key, openedAt, sealValue(key, sealedAt, name))).toThrow(CannotUnseal);
    }),
  );
});

test.each([
  ['origin', { ...place, origin: 'another office' }],
  ['stream', { ...place, stream: `witness-${otherId}` }],
  ['category', { ...place, stream: place.stream.replace('witness', 'source') }],
  ['command', { ...place, commandId: otherId }],
  ['field', { ...place, field: 'telephone' }],
])('another %s is refused', (_, other) => {
  expect(() => unsealValue(key, other, sealed)).toThrow(CannotUnseal);
});

test('another key id is refused, whether the value or the key has it', () => {
  expect(() => unsealValue(key, place, { ...sealed, keyId: otherId })).toThrow(CannotUnseal);
  expect(() => unsealValue({ ...key, keyId: otherId }, place, sealed)).toThrow(CannotUnseal);
  const both = { ...sealed, keyId: otherId };
  expect(() => unsealValue({ ...key, keyId: otherId }, place, both)).toThrow(CannotUnseal);
});

test('another key is refused', () => {
  expect(() => unsealValue({ ...key, bytes: newKey() }, place, sealed)).toThrow(CannotUnseal);
});

test('the associated data is the canonical JSON of a version, a use and the place', () => {
  const { origin, stream, commandId, field } = place;
  expect(JSON.parse(associated('value', place, key.keyId).toString())).toEqual({
    version: 'inquest-sealed-1',
    use: 'value',
    origin,
    stream,
    commandId,
    field,
    keyId: key.keyId,
  });
});

test.each(['version', 'use', 'origin', 'stream', 'commandId', 'field', 'keyId'])(
  'a %s that differs opens neither the data key nor the value',
  (member) => {
    const other = (use: 'data key' | 'value') => {
      const members = JSON.parse(associated(use, place, key.keyId).toString()) as Record<string, string>;
      return Buffer.from(JSON.stringify({ ...members, [member]: 'another' }));
    };
    const [dataKey, ciphertext] = [sealed.dataKey, sealed.ciphertext].map((part) =>
      Buffer.from(part, 'base64'),
    );
    if (dataKey === undefined || ciphertext === undefined) throw new Error('nothing was sealed');
    const clearKey = decrypt(key.bytes, dataKey, associated('data key', place, key.keyId)) ?? Buffer.alloc(0);
    expect(decrypt(clearKey, ciphertext, associated('value', place, key.keyId))).toHaveLength(256);
    expect(decrypt(key.bytes, dataKey, other('data key'))).toBeUndefined();
    expect(decrypt(clearKey, ciphertext, other('value'))).toBeUndefined();
  },
);

describe.each(['dataKey', 'ciphertext'] as const)('%s', (member) => {
  const bytes = Buffer.from(sealed[member], 'base64');
  const withBytes = (changed: Uint8Array) => ({
    ...sealed,
    [member]: Buffer.from(changed).toString('base64'),
  });

  test('with any byte of nonce, ciphertext or tag changed is refused', () => {
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[index] = byte ^ (1 << (index % 8));
      expect(() => unsealValue(key, place, withBytes(changed))).toThrow(CannotUnseal);
    }
  });

  test('shorter, longer or empty is refused', () => {
    const others = [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, bytes]), Buffer.alloc(0)];
    for (const changed of others)
      expect(() => unsealValue(key, place, withBytes(changed))).toThrow(CannotUnseal);
  });

  test('spelt otherwise in base64 is refused', () => {
    for (const spelt of [`${sealed[member]}=`, `${sealed[member]}!`, ` ${sealed[member]}`])
      expect(() => unsealValue(key, place, { ...sealed, [member]: spelt })).toThrow(CannotUnseal);
  });

  test('of another value at the same place is refused', () => {
    const other = sealValue(key, place, 'someone else');
    expect(() => unsealValue(key, place, { ...sealed, [member]: other[member] })).toThrow(CannotUnseal);
  });
});

test('bits of base64 that stand for nothing cannot be changed either', () => {
  const { ciphertext, ...rest } = sealed;
  expect(ciphertext).toMatch(/[^=]==?$/);
  const loose = ciphertext.replace(/[^=](?==+$)/, (last) => String.fromCharCode(last.charCodeAt(0) + 1));
  expect(Buffer.from(loose, 'base64')).toEqual(Buffer.from(ciphertext, 'base64'));
  expect(() => unsealValue(key, place, { ...rest, ciphertext: loose })).toThrow(CannotUnseal);
});

test('the same value is sealed differently each time', () => {
  const again = sealValue(key, place, name);
  expect(again.dataKey).not.toBe(sealed.dataKey);
  expect(again.ciphertext).not.toBe(sealed.ciphertext);
});

test('a sealed value tells no length', () => {
  const lengths = ['Li', 'Maria Magdalena of the Long Family Name', 'x'.repeat(253)].map(
    (value) => sealValue(key, place, value).ciphertext.length,
  );
  expect(new Set(lengths).size).toBe(1);
  expect(sealValue(key, place, 'x'.repeat(254)).ciphertext.length).toBeGreaterThan(lengths[0] ?? 0);
});

test('padding is a mark and zeros up to 256 bytes, and comes off again', () => {
  expect(padded('ab').subarray(0, 5)).toEqual(Buffer.from([0x61, 0x62, 0x80, 0, 0]));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      const block = padded(text);
      expect(block.length % 256).toBe(0);
      expect(unpadded(block)).toBe(text);
    }),
  );
  expect(unpadded(Buffer.alloc(256))).toBeUndefined();
  expect(unpadded(Buffer.from('no padding'))).toBeUndefined();
});

test('the longest value fits into an event, and a longer one is refused by its place', () => {
  const longest = 'x'.repeat(valueBytesMax - 2);
  const sealed = sealValue(key, place, longest);
  expect(Compile(sealedValue).Check(sealed)).toBe(true);
  expect(unsealValue(key, place, sealed)).toBe(longest);
  expect(() => sealValue(key, place, `${longest}y`)).toThrow(RangeError);
});

test('what is no JSON is refused without a word of it', () => {
  const circle: Record<string, unknown> = { secretMember: name };
  circle.secretMember = circle;
  for (const value of [undefined, () => name, 10n, circle])
    expect(() => sealValue(key, place, value)).toThrow(
      /^name of witness-[0-9a-f-]+ \(command .*\) is no JSON value\.$/,
    );
});

test('what was sealed and is no JSON says its place and nothing of it', () => {
  const dataKey = newKey();
  const ciphertext = encrypt(dataKey, padded(name), associated('value', place, key.keyId)).toString('base64');
  const wrapped = encrypt(key.bytes, dataKey, associated('data key', place, key.keyId)).toString('base64');
  const open = () => unsealValue(key, place, { keyId: key.keyId, dataKey: wrapped, ciphertext });
  expect(open).toThrow(CannotUnseal);
  expect(inspect(thrownBy(open))).not.toContain('Amina');
});

test('a refusal names the place and nothing that is protected', () => {
  const error = thrownBy(() => unsealValue(key, { ...place, field: 'telephone' }, sealed));
  expect(error).toMatchObject({
    name: 'CannotUnseal',
    message: `telephone of ${place.stream} (command ${place.commandId}) does not open: it was moved or changed.`,
  });
  const said = inspect(error, { depth: null, showHidden: true });
  for (const secret of [name, Buffer.from(key.bytes).toString('base64'), sealed.ciphertext, sealed.dataKey])
    expect(said).not.toContain(secret);
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

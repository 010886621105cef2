import { canonicalJson, CannotUnseal, type SealedPlace, type SealedValue } from '#event-sourcing';
import { decrypt, encrypt, keyBytes, newKey, overheadBytes } from './aes-gcm.js';
import { padded, paddedBytes, unpadded } from './padding.js';

/** Where a value is sealed: in which installation, and where there. */
export interface Place extends SealedPlace {
  readonly origin: string;
}

/** The key of a subject in clear. Whoever opened it fills its bytes with zeros after use. */
export interface SubjectKey {
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

/** So many bytes of JSON text fit into the member `ciphertext` of an event: its base64 is 99,708 characters then. */
export const valueBytesMax = 292 * 256 - 1;

/**
 * Seals the JSON text of a value under a data key of its own, which is used once.
 *
 * @throws TypeError or RangeError when the value is not JSON or too long; they say where and not what.
 */
export function sealValue(key: SubjectKey, place: Place, value: unknown): SealedValue {
  const clear = clearBytes(place, value);
  const dataKey = newKey();
  try {
    return {
      keyId: key.keyId,
      dataKey: encrypt(key.bytes, dataKey, associated('data key', place, key.keyId)).toString('base64'),
      ciphertext: encrypt(dataKey, clear, associated('value', place, key.keyId)).toString('base64'),
    };
  } finally {
    clear.fill(0);
    dataKey.fill(0);
  }
}

/** Gives the value again. @throws CannotUnseal, which says where and nothing of what is sealed. */
export function unsealValue(key: SubjectKey, place: Place, sealed: SealedValue): unknown {
  if (sealed.keyId !== key.keyId)
    throw cannot(place, `it was sealed under the key ${sealed.keyId}, and the subject's is ${key.keyId}`);
  const [wrapped, ciphertext] = [fromBase64(sealed.dataKey), fromBase64(sealed.ciphertext)];
  if (wrapped?.length !== keyBytes + overheadBytes || ciphertext === undefined)
    throw cannot(place, 'it is damaged');
  const dataKey = decrypt(key.bytes, wrapped, associated('data key', place, key.keyId));
  if (dataKey === undefined) throw cannot(place, 'it was moved or changed');
  const clear = decrypt(dataKey, ciphertext, associated('value', place, key.keyId));
  dataKey.fill(0);
  if (clear === undefined) throw cannot(place, 'it was moved or changed');
  try {
    return valueIn(clear);
  } catch {
    // What JSON.parse says would quote the clear text.
    throw cannot(place, 'what was sealed is no JSON');
  } finally {
    clear.fill(0);
  }
}

/**
 * What both ciphertexts of a value are bound to, as canonical JSON (RFC 8785). `use` keeps the two apart, and both from
 * whatever else is encrypted one day. Never changes: sealed values are kept for decades.
 */
export function associated(use: 'data key' | 'value', place: Place, keyId: string): Buffer {
  const { origin, stream, commandId, field } = place;
  return Buffer.from(
    canonicalJson({ version: 'inquest-sealed-1', use, origin, stream, commandId, field, keyId }),
  );
}

function clearBytes(place: Place, value: unknown): Buffer {
  const text = jsonText(value);
  if (text === undefined) throw new TypeError(`${at(place)} is no JSON value.`);
  if (paddedBytes(Buffer.byteLength(text)) > valueBytesMax + 1)
    throw new RangeError(`${at(place)} is longer than ${valueBytesMax} bytes of JSON.`);
  return padded(text);
}

function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // What it throws may name members of the value.
  }
}

function valueIn(clear: Buffer): unknown {
  const text = unpadded(clear);
  if (text === undefined) throw new SyntaxError('no padding');
  return JSON.parse(text);
}

/** The bytes of the one base64 text that they have, so that not even unused bits of it can be changed. */
function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

const at = ({ stream, field, commandId }: Place) => `${field} of ${stream} (command ${commandId})`;
const cannot = (place: Place, why: string) => new CannotUnseal(`${at(place)} does not open: ${why}.`);

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * AES-256-GCM as NIST SP 800-38D has it, with random nonces of 96 bits and tags of 128 bits. Section 8.3 of it allows
 * 2³² encryptions under one key with such nonces: a data key here makes one, a key of a subject one for each value, and
 * the master key one for each subject.
 */
export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** What a sealed text is longer than its clear text. */
export const overheadBytes = nonceBytes + tagBytes;

const algorithm = 'aes-256-gcm';

/** A new random key. */
export const newKey = (): Buffer => randomBytes(keyBytes);

/** Gives nonce, ciphertext and tag, one after the other. */
export function encrypt(key: Uint8Array, clear: Uint8Array, associated: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associated);
  const ciphertext = cipher.update(clear);
  return Buffer.concat([nonce, ciphertext, cipher.final(), cipher.getAuthTag()]);
}

/** Gives the clear bytes, or undefined when key, associated data or any byte is not what it was. */
export function decrypt(key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Buffer | undefined {
  if (key.length !== keyBytes || sealed.length < overheadBytes) return undefined;
  const tagAt = sealed.length - tagBytes;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(tagAt));
  const clear = decipher.update(sealed.subarray(nonceBytes, tagAt));
  try {
    decipher.final(); // GCM gives nothing more here; this compares the tag.
    return clear;
  } catch {
    clear.fill(0);
    return undefined;
  }
}

import type { ContentRef, Digest, DigestAlgorithm } from './content-store.js';

/** How each algorithm is called by OpenSSL, and how many hexadecimal digits it gives. */
const algorithms: Readonly<
  Record<DigestAlgorithm, { readonly opensslName: string; readonly hexDigits: number }>
> = {
  'sha-256': { opensslName: 'sha256', hexDigits: 64 },
  'sha-384': { opensslName: 'sha384', hexDigits: 96 },
  'sha-512': { opensslName: 'sha512', hexDigits: 128 },
  'sha3-256': { opensslName: 'sha3-256', hexDigits: 64 },
};

/** All algorithms, each of which is a top folder of the store. */
export const digestAlgorithms: readonly DigestAlgorithm[] = ['sha-256', 'sha-384', 'sha-512', 'sha3-256'];

export function opensslName(algorithm: DigestAlgorithm): string {
  return algorithms[algorithm].opensslName;
}

/**
 * Where content with this digest is kept: `sha-256/ab/ab…`. Made of nothing but the digest, which is checked here, so
 * that no path ever contains what somebody chose.
 *
 * @throws TypeError when it is no digest.
 */
export function addressOf({ algorithm, value }: Digest): string {
  const known = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined;
  if (known === undefined) throw new TypeError('Content has an address only by a known digest algorithm.');
  if (value.length !== known.hexDigits || !/^[0-9a-f]+$/.test(value))
    throw new TypeError(`A ${algorithm} digest has ${known.hexDigits} hexadecimal digits in lower case.`);
  return `${algorithm}/${value.slice(0, 2)}/${value}`;
}

/** Where the block list of the content at an address is kept. */
export function blockListAt(address: string): string {
  return `${address}.blocks`;
}

/** Where damaged content is moved: it is evidence of what was done to it. Unique; sorts by time. */
export function damagedAddress({ value }: Digest, uniqueHex: string): string {
  return `damaged/${value}-${new Date().toISOString().replaceAll(/[-:]/g, '')}-${uniqueHex}`;
}

/** @throws RangeError when it is no number of bytes. */
export function requireLength(length: number): void {
  if (!Number.isSafeInteger(length) || length < 0)
    throw new RangeError('A length is a whole number of bytes from 0.');
}

/** More is held in memory for nothing: no reference of ours has larger blocks. */
const blockBytesMax = 64 * 1024 * 1024;

/** @throws TypeError or RangeError when it cannot be a reference that `put` gave. */
export function requireRef(ref: ContentRef): void {
  addressOf(ref.digest);
  requireLength(ref.length);
  const { bytes, digest } = ref.blocks;
  if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > blockBytesMax)
    throw new RangeError(`A block has from 1 to ${blockBytesMax} bytes.`);
  addressOf({ algorithm: 'sha-256', value: digest });
}

import { createHmac, hash } from 'node:crypto';
import { canonicalJson } from './json.js';

/** Names derived ids apart from any other use of UUIDv5. Never changes: ids in stored events depend on it. */
const namespace = Buffer.from('0b0d5b626a5a5b0e9c563f1d7f6f4c11', 'hex');

/** The same parts give the same UUIDv5 (RFC 9562, section 5.5), for ever. */
export function derivedId(...parts: readonly string[]): string {
  const digest = hash('sha1', Buffer.concat([namespace, Buffer.from(JSON.stringify(parts))]), 'buffer');
  // A command derives five ids, and the package `uuid` took 6 % of its time for them.
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The id of one command: who asked, on whose behalf if on another's, for what, under which key. A repeat has the same id.
 */
export function commandId(of: {
  issuer: string;
  subject: string;
  onBehalfOf?: string | undefined;
  method: string;
  path: string;
  key: string;
}): string {
  const behalf = of.onBehalfOf === undefined ? [] : [of.onBehalfOf];
  return derivedId('command', of.issuer, of.subject, of.method, of.path, of.key, ...behalf);
}

/**
 * What a command said, as HMAC-SHA-256 under the installation's key. A plain hash would stand in the audit log for
 * ever, and short contents (a name, a telephone number) can be guessed from it.
 */
export function commandHash(key: Uint8Array, name: string, command: object): string {
  return createHmac('sha256', key).update(name).update('\0').update(canonicalJson(command)).digest('hex');
}

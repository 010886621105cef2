import { createHmac } from 'node:crypto';
import { v5 } from 'uuid';
import { canonicalJson } from './json.js';

/** Names derived ids apart from any other use of UUIDv5. Never changes: ids in stored events depend on it. */
const namespace = '0b0d5b62-6a5a-5b0e-9c56-3f1d7f6f4c11';

/** The same parts give the same UUIDv5 (RFC 9562, section 5.5), for ever. */
export function derivedId(...parts: readonly string[]): string {
  return v5(JSON.stringify(parts), namespace);
}

/** The id of one command: who asked, for what, under which key. A repeat has the same id. */
export function commandId(of: {
  issuer: string;
  subject: string;
  method: string;
  path: string;
  key: string;
}): string {
  return derivedId('command', of.issuer, of.subject, of.method, of.path, of.key);
}

/**
 * What a command said, as HMAC-SHA-256 under the installation's key. A plain hash would stand in the audit log for
 * ever, and short contents (a name, a telephone number) can be guessed from it.
 */
export function commandHash(key: Uint8Array, name: string, command: object): string {
  return createHmac('sha256', key).update(name).update('\0').update(canonicalJson(command)).digest('hex');
}

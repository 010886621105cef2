import { createHash } from 'node:crypto';

/**
 * SHA-256 of a record, over its fields as canonical JSON (RFC 8785): it ties what is stored here to exactly what the
 * source published, text that is not taken over included, and does not depend on how the file was written.
 */
export function recordDigest(fields: Readonly<Record<string, unknown>>): string {
  // The records are flat, so that sorting their names is all that RFC 8785 asks beyond JSON.stringify.
  const sorted = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

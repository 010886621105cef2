import { createHash } from 'node:crypto';
import { trust } from './trust.js';

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The one text of a JSON value: members ordered by UTF-16 code units, no white space, numbers as ECMAScript prints
 * them (RFC 8785). Members that are `undefined` are left out, as `JSON.stringify` does.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  // Any object can be asked for any member. Every command is hashed: lists of entries took twice as long.
  const members = trust<Readonly<Record<string, unknown>>>(value);
  let text = '{';
  for (const name of Object.keys(members).sort()) {
    if (members[name] === undefined) continue;
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(members[name])}`;
  }
  return `${text}}`;
}

/** SHA-256 over the canonical JSON of a value, as lower-case hex: what an approval binds. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

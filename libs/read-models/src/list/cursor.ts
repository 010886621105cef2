import { digestOf } from '#event-sourcing';

/** The cursor is damaged, or was made for another list, sort or filter. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** The last row of a page: its sort value and its key, as PostgreSQL prints them. */
export interface Place {
  readonly sort: string;
  readonly key: string;
}

/** What a cursor is bound to: it goes on with this question and no other. */
export interface Question {
  readonly name: string;
  readonly sort: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly q?: string;
}

/** Names the row a page ended at, and the question it belongs to. Opaque; holds nothing that the page did not show. */
export function cursorOf(question: Question, { sort, key }: Place): string {
  return Buffer.from(JSON.stringify([fingerprint(question), sort, key])).toString('base64url');
}

/** Throws `InvalidCursor`. */
export function placeIn(asked: Question, cursor: string): Place {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    throw new InvalidCursor('the cursor is damaged', { cause });
  }
  if (!isTexts(parts)) throw new InvalidCursor('the cursor is damaged');
  const [question, sort, key] = parts;
  if (sort === undefined || key === undefined || /\0/.test(sort + key))
    throw new InvalidCursor('the cursor is damaged');
  if (question !== fingerprint(asked))
    throw new InvalidCursor('the cursor belongs to another list, sort or filter');
  return { sort, key };
}

function fingerprint({ name, sort, filters, q }: Question): string {
  return digestOf({ name, sort, filters, q }).slice(0, 16);
}

function isTexts(parts: unknown): parts is string[] {
  return Array.isArray(parts) && parts.length === 3 && parts.every((part) => typeof part === 'string');
}

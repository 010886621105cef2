import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * A value that goes nowhere in clear: an identity, a telephone number. Whatever prints, hashes or serialises it by chance
 * gets nothing of it; only `reveal` gives it, to whoever seals it.
 */
export class Clear<T = unknown> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }
}

const base64 = (lengthMax: number) =>
  Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: lengthMax });

/**
 * A sealed field as events hold it: the value under a data key of its own, which lies beside it under the key of its
 * subject. Nothing in it can be read, nor be moved to another place, without that key.
 */
export const sealedValue = Type.Object(
  {
    /** Of the subject's key. */
    keyId: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
    /** The wrapped data key: nonce, ciphertext and tag. */
    dataKey: base64(200),
    /** The sealed value: nonce, ciphertext and tag. */
    ciphertext: base64(100_000),
  },
  { additionalProperties: false },
);
export type SealedValue = Static<typeof sealedValue>;

const isSealedValue = Compile(sealedValue);

/**
 * An event's data for readers. That something was sealed is part of the history; what it was sealed into is of use to
 * nobody but whoever opens it, so it is not handed around.
 */
export function withoutSealed(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      isSealedValue.Check(value) ? { sealed: true } : value,
    ]),
  );
}

/**
 * Where a sealed value stands: it opens there and nowhere else. The command and not the event id stands for the event,
 * because event ids are settled by the attempt that is appended.
 */
export interface SealedPlace {
  readonly stream: string;
  readonly commandId: string;
  /** The member of the event's data. */
  readonly field: string;
}

/** Seals values before they are appended. The stream's aggregate is the subject whose key is used. */
export interface Sealer {
  /**
   * Seals the fields of one command's event; the first of a subject makes its key. Rejects with `KeyErased` when the
   * subject's key was destroyed, and with `KeysUnavailable` when the keys cannot be reached: nothing was written then.
   */
  seal(
    place: Omit<SealedPlace, 'field'>,
    fields: ReadonlyMap<string, Clear>,
  ): Promise<ReadonlyMap<string, SealedValue>>;
}

/** The subject's key was destroyed: what it sealed is gone for good. */
export class KeyErased extends Error {
  override readonly name = 'KeyErased';
}

/** The keys cannot be reached now. This says nothing about whether they still exist. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** A sealed value does not open at this place: it was moved or changed, or its key is another one. */
export class CannotUnseal extends Error {
  override readonly name = 'CannotUnseal';
}

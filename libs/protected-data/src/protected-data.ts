import { idOf, type Clear, type SealedValue, type Sealer } from '#event-sourcing';
import { sealValue, unsealValue } from './sealing.js';
import type { Erasure, ReturnedKey, SubjectKeys } from './subject-keys.js';

export interface ProtectedDataOptions {
  /** Names the installation. What was sealed in another one does not open here. Never changes. */
  readonly origin: string;
  readonly subjectKeys: SubjectKeys;
}

/** A sealed field, with the command that its event came from. */
export interface SealedField {
  readonly sealed: SealedValue;
  readonly commandId: string;
}

/**
 * Seals and unseals the fields of subjects, and destroys their keys. A subject is the aggregate of a stream. Each call
 * unwraps the subject's key once and keeps nothing of it.
 */
export interface ProtectedData extends Sealer {
  /**
   * Gives the values of a stream's fields. Rejects with `CannotUnseal` when any of them was moved or changed, with
   * `KeyErased` when the subject was erased, and with `KeysUnavailable` when the keys cannot be reached or its key file
   * is missing, which is no erasure.
   */
  unseal(stream: string, fields: ReadonlyMap<string, SealedField>): Promise<ReadonlyMap<string, unknown>>;
  /** Destroys the subject's key: nothing that it sealed opens again. Rejects with `KeysUnavailable`: ask again then. */
  erase(stream: string): Promise<Erasure>;
  /** For the start of a process, with every subject that the log says is erased. Gives keys that had come back. */
  eraseAgain(erasedSubjectIds: Iterable<string>): Promise<readonly ReturnedKey[]>;
}

export function protectedData({ origin, subjectKeys }: ProtectedDataOptions): ProtectedData {
  return {
    async seal({ stream, commandId }, fields) {
      if (fields.size === 0) return new Map();
      return subjectKeys.toSeal(idOf(stream), (key) => {
        const sealed = ([field, clear]: readonly [string, Clear]) =>
          [field, sealValue(key, { origin, stream, commandId, field }, clear.reveal())] as const;
        return new Map([...fields].map(sealed));
      });
    },
    async unseal(stream, fields) {
      if (fields.size === 0) return new Map();
      return subjectKeys.toUnseal(idOf(stream), (key) => {
        const opened = ([field, { sealed, commandId }]: readonly [string, SealedField]) =>
          [field, unsealValue(key, { origin, stream, commandId, field }, sealed)] as const;
        return new Map([...fields].map(opened));
      });
    },
    erase: (stream) => subjectKeys.erase(idOf(stream)),
    eraseAgain: (erasedSubjectIds) => subjectKeys.eraseAgain(erasedSubjectIds),
  };
}

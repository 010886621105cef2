import { randomUUID } from 'node:crypto';
import { KeyErased, KeysUnavailable } from '#event-sourcing';
import { newKey } from './aes-gcm.js';
import { isSystemError } from './files.js';
import type { MasterKey } from './master-key.js';
import type { SubjectKey } from './sealing.js';
import { SubjectFiles } from './subject-files.js';

/** A key that was there although it had been destroyed: its file came back from a backup, or a crash left it. */
export interface ReturnedKey {
  readonly subjectId: string;
  readonly keyId: string;
}

export interface SubjectKeysOptions {
  /** Outside the event database, and not in its backups. Made when it is missing. */
  readonly folder: string;
  readonly masterKey: MasterKey;
  /** Told of each key that is destroyed again because it lay beside its tombstone when its subject was asked for. */
  readonly onReturned?: (returned: ReturnedKey) => void;
}

/**
 * The keys of subjects: one file each, wrapped by the master key. Several processes may share a folder on one machine.
 * Methods reject with `KeyErased` when a subject's key was destroyed, and with `KeysUnavailable` when the folder or
 * the master key cannot be reached, or a file is damaged or missing; an erasure needs no master key.
 */
export interface SubjectKeys {
  /**
   * Lends the key of a subject for sealing, and makes it when it has none. Clear only while `work` runs; when the
   * subject was erased meanwhile, what `work` gave is thrown away and this rejects with `KeyErased`.
   */
  toSeal<T>(subjectId: string, work: (key: SubjectKey) => T): Promise<T>;
  /** Lends the key of a subject that has one. A missing key says that its file must be put back, never an erasure. */
  toUnseal<T>(subjectId: string, work: (key: SubjectKey) => T): Promise<T>;
  /**
   * Destroys a key for good. Its tombstone is durable before the key goes, so that a crash in between ends in
   * destruction. A second time changes nothing, but destroys what came back.
   */
  erase(subjectId: string): Promise<Erasure>;
  /**
   * For the start of a process: destroys every key whose subject is erased, by the log or by a tombstone here, and
   * gives those that were there. An erased subject without a tombstone gets one.
   */
  eraseAgain(erasedSubjectIds: Iterable<string>): Promise<readonly ReturnedKey[]>;
}

/** `keyId` is missing when there was no key to destroy, or one whose file could not be read. */
export interface Erasure {
  readonly outcome: 'erased' | 'alreadyErased';
  readonly keyId?: string;
}

export function subjectKeys(options: SubjectKeysOptions): SubjectKeys {
  const files = new SubjectFiles(options.folder);
  const keys = new Keys(files, options.masterKey, options.onReturned ?? (() => undefined));
  return {
    toSeal: (subjectId, work) => reaching(() => keys.toSeal(subjectId, work)),
    toUnseal: (subjectId, work) => reaching(() => keys.toUnseal(subjectId, work)),
    erase: (subjectId) => reaching(() => keys.erase(subjectId)),
    eraseAgain: (erased) => reaching(() => keys.eraseAgain(erased)),
  };
}

class Keys {
  constructor(
    private readonly files: SubjectFiles,
    private readonly masterKey: MasterKey,
    private readonly onReturned: (returned: ReturnedKey) => void,
  ) {}

  async toSeal<T>(subjectId: string, work: (key: SubjectKey) => T): Promise<T> {
    const key = (await this.#opened(subjectId)) ?? (await this.#made(subjectId));
    const done = lend(key, work);
    if (await this.#isErased(subjectId)) throw erased(subjectId);
    return done;
  }

  async toUnseal<T>(subjectId: string, work: (key: SubjectKey) => T): Promise<T> {
    return lend((await this.#opened(subjectId)) ?? refuseMissing(subjectId), work);
  }

  async erase(subjectId: string): Promise<Erasure> {
    if (await this.#isErased(subjectId)) await this.#destroyReturned(subjectId);
    const keyId = await this.#keyIdOf(subjectId);
    const isFirst = await this.files.bury(subjectId, withKeyId(keyId));
    await this.files.destroy(subjectId);
    await this.files.destroyDrafts(subjectId);
    if (isFirst) return { outcome: 'erased', ...withKeyId(keyId) };
    return { outcome: 'alreadyErased', ...(await this.files.tombstone(subjectId)) };
  }

  async eraseAgain(erasedSubjectIds: Iterable<string>): Promise<readonly ReturnedKey[]> {
    const { withKey, buried } = await this.files.subjects();
    const returned: ReturnedKey[] = [];
    for (const subjectId of new Set([...erasedSubjectIds, ...buried])) {
      if (buried.has(subjectId) && !withKey.has(subjectId)) continue;
      const keyId = await this.#keyIdOf(subjectId);
      await this.files.bury(subjectId, withKeyId(keyId));
      const isDestroyed = await this.files.destroy(subjectId);
      if (withKey.has(subjectId)) await this.files.destroyDrafts(subjectId);
      if (isDestroyed && keyId !== undefined) returned.push({ subjectId, keyId });
    }
    return returned;
  }

  /** The key in clear; undefined when there is none. */
  async #opened(subjectId: string): Promise<SubjectKey | undefined> {
    const found = await this.files.read(subjectId).catch(async (error: unknown) => {
      await this.#refuseErased(subjectId); // What cannot be read is being destroyed, perhaps.
      throw error;
    });
    // Only now: had the key been destroyed before it was read, its tombstone would be there.
    await this.#refuseErased(subjectId);
    if (found === undefined) return undefined;
    if (found.masterKey !== this.masterKey.name)
      throw new KeysUnavailable(
        `The key of ${subjectId} was wrapped by the master key ${found.masterKey}, and not by ${this.masterKey.name}, ` +
          'which this process has.',
      );
    const bytes = await this.masterKey.unwrap(found.wrapped, contextOf(subjectId, found.keyId));
    return { keyId: found.keyId, bytes };
  }

  async #made(subjectId: string): Promise<SubjectKey> {
    const key = { keyId: randomUUID(), bytes: newKey() };
    try {
      const wrapped = Buffer.from(await this.masterKey.wrap(key.bytes, contextOf(subjectId, key.keyId)));
      const { keyId } = key;
      const isOurs = await this.files.write(subjectId, { keyId, wrapped, masterKey: this.masterKey.name });
      if (isOurs) {
        if (await this.#isErased(subjectId)) await this.files.destroy(subjectId); // Nothing was sealed under it.
        await this.#refuseErased(subjectId);
        return key;
      }
    } catch (error) {
      key.bytes.fill(0);
      await this.#refuseErased(subjectId); // Whoever erases destroys drafts, too.
      throw error;
    }
    key.bytes.fill(0);
    return (await this.#opened(subjectId)) ?? refuseMissing(subjectId);
  }

  /** Rejects when the subject has a tombstone, and destroys a key that lies beside it. */
  async #refuseErased(subjectId: string): Promise<void> {
    if (!(await this.#isErased(subjectId))) return;
    await this.#destroyReturned(subjectId);
    throw erased(subjectId);
  }

  async #isErased(subjectId: string): Promise<boolean> {
    return (await this.files.tombstone(subjectId)) !== undefined;
  }

  async #destroyReturned(subjectId: string): Promise<void> {
    const keyId = await this.#keyIdOf(subjectId);
    if ((await this.files.destroy(subjectId)) && keyId !== undefined) this.onReturned({ subjectId, keyId });
  }

  /** Undefined when there is no key, or only what is left of one. */
  async #keyIdOf(subjectId: string): Promise<string | undefined> {
    try {
      return (await this.files.read(subjectId))?.keyId;
    } catch (error) {
      if (error instanceof KeysUnavailable) return undefined; // A damaged file is destroyed as well.
      throw error;
    }
  }
}

/** Zeros are written over the key when `work` is done with it. */
function lend<T>(key: SubjectKey, work: (key: SubjectKey) => T): T {
  try {
    return work(key);
  } finally {
    key.bytes.fill(0);
  }
}

/** Bound to the wrapped key. Never changes: keys are kept for decades. */
const contextOf = (subjectId: string, keyId: string) => ({ use: 'inquest-subject-key-1', subjectId, keyId });
const erased = (subjectId: string) =>
  new KeyErased(`The key of ${subjectId} was destroyed. What it sealed is gone for good.`);
const withKeyId = (keyId: string | undefined) => (keyId === undefined ? {} : { keyId });

function refuseMissing(subjectId: string): never {
  throw new KeysUnavailable(
    `The key file of ${subjectId} is missing, and no tombstone says that it was destroyed. Put it back from the backup.`,
  );
}

/** What the file system refuses says nothing about whether the keys exist. */
async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new KeysUnavailable('The keys of subjects cannot be reached.', { cause });
  }
}

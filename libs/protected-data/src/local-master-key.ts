import { createHmac } from 'node:crypto';
import { dirname } from 'node:path';
import { canonicalJson, KeysUnavailable } from '#event-sourcing';
import { decrypt, encrypt, keyBytes, newKey } from './aes-gcm.js';
import { createOnce, privateFolder, readIfThere } from './files.js';
import type { LocalMasterKey, WrappingContext } from './master-key.js';
import { hasKeys, someWrapped } from './subject-files.js';

export interface LocalMasterKeyOptions {
  /** 32 random bytes, which only the owner may read (0600). */
  readonly file: string;
  /** Where the keys of subjects are. While any is there, a missing master key is lost and is not made anew. */
  readonly subjectKeysFolder: string;
}

const name = 'local';
const readableByOthers = 0o077;
const fingerprintBytes = 8;
/** A single key file may be one of another installation; not so many. */
const looksMax = 10;

/**
 * A master key in a file of this machine, made once and durable before anything is wrapped by it. It is read for each
 * use and kept nowhere; a file that is put back is used without a restart. One that did not wrap the keys that are there
 * is refused, also for wrapping: what it wrapped would be lost when the right one is put back.
 */
export function localMasterKey(options: LocalMasterKeyOptions): LocalMasterKey {
  const { file, subjectKeysFolder } = options;
  /** Of the one that wrapped keys which are there. */
  let ours: Buffer | undefined;
  const checkIsOurs = async (masterKey: Buffer) => {
    const found = fingerprint(masterKey);
    if (ours === undefined) {
      const wrapped = await reaching(file, () => someWrapped(subjectKeysFolder, name, looksMax));
      if (wrapped.length === 0) return; // Nothing says which one it should be.
      if (wrapped.some((by) => found.equals(by.subarray(0, fingerprintBytes)))) ours = found;
    }
    if (ours?.equals(found) !== true)
      throw new KeysUnavailable(
        `The master key in ${file} is another one than the keys of subjects were wrapped by. ` +
          'Put the master key of this installation back from its backup. Nothing was erased.',
      );
  };
  return {
    name,
    async ready() {
      const masterKey = await readOrMake(options);
      try {
        await checkIsOurs(masterKey);
      } finally {
        masterKey.fill(0);
      }
    },
    async wrap(key, context) {
      const masterKey = await readOrMake(options);
      try {
        await checkIsOurs(masterKey);
        return Buffer.concat([fingerprint(masterKey), encrypt(masterKey, key, associated(context))]);
      } finally {
        masterKey.fill(0);
      }
    },
    async unwrap(wrapped, context) {
      const masterKey = (await read(file)) ?? refuseLost(file);
      try {
        const [by, sealed] = [wrapped.subarray(0, fingerprintBytes), wrapped.subarray(fingerprintBytes)];
        if (!fingerprint(masterKey).equals(by))
          throw new KeysUnavailable(
            `The master key in ${file} is another one than the key of this subject was wrapped by. ` +
              'Put the master key of this installation back from its backup.',
          );
        const key = decrypt(masterKey, sealed, associated(context));
        if (key !== undefined) return key;
        throw new KeysUnavailable(
          'The key of this subject was changed, or is the key of another one. Put its file back from the backup.',
        );
      } finally {
        masterKey.fill(0);
      }
    },
  };
}

async function readOrMake({ file, subjectKeysFolder }: LocalMasterKeyOptions): Promise<Buffer> {
  const found = await read(file);
  if (found !== undefined) return found;
  const isUsed = await reaching(file, () => hasKeys(subjectKeysFolder));
  // Another process may have made it, and a first key, since we looked.
  if (isUsed) return (await read(file)) ?? refuseLost(file);
  await reaching(file, async () => {
    await privateFolder(dirname(file));
    const fresh = newKey();
    await createOnce(file, fresh).finally(() => fresh.fill(0));
  });
  return (await read(file)) ?? refuseLost(file);
}

async function read(file: string): Promise<Buffer | undefined> {
  const found = await reaching(file, () => readIfThere(file));
  if (found === undefined) return undefined;
  const { bytes, mode } = found;
  try {
    // Windows has no such permissions and shows them all as granted.
    if (process.platform !== 'win32' && (mode & readableByOthers) !== 0)
      throw new KeysUnavailable(
        `Others than its owner may use the master key in ${file} (mode ${mode.toString(8)}). ` +
          'Find out who could read it, then run: chmod 600 on it.',
      );
    if (bytes.length !== keyBytes)
      throw new KeysUnavailable(
        `The master key in ${file} is damaged: it has ${bytes.length} bytes and not ${keyBytes}. ` +
          'Put it back from its backup.',
      );
    return bytes;
  } catch (refusal) {
    bytes.fill(0);
    throw refusal;
  }
}

function refuseLost(file: string): never {
  throw new KeysUnavailable(
    `There is no master key in ${file}, but there are keys of subjects that it wrapped. A new one could not open them: ` +
      'put it back from its backup. Nothing was erased.',
  );
}

async function reaching<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new KeysUnavailable(`The master key in ${file} cannot be reached.`, { cause });
  }
}

/** Tells master keys apart; nothing of the key can be found from it. */
function fingerprint(masterKey: Buffer): Buffer {
  return createHmac('sha256', masterKey).update('inquest master key').digest().subarray(0, fingerprintBytes);
}

const associated = (context: WrappingContext) => Buffer.from(canonicalJson(context));

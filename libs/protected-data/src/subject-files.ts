import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { KeysUnavailable } from '#event-sourcing';
import { createOnce, destroy, errorCode, privateFolder, readIfThere } from './files.js';

/** The wrapped key of a subject, as its file has it. */
export interface WrappedKey {
  readonly keyId: string;
  readonly wrapped: Buffer;
  /** The name of the master key that wrapped it. */
  readonly masterKey: string;
}

/** What says that a key was destroyed. `keyId` is missing when there was no key, or one that could not be read. */
export interface Tombstone {
  readonly keyId?: string;
}

const uuid = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const version = 1;
const keyFile = Compile(
  Type.Object({
    version: Type.Literal(version),
    keyId: Type.String({ pattern: uuid }),
    wrapped: Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: 20_000 }),
    masterKey: Type.String({ minLength: 1 }),
  }),
);
const tombstoneFile = Compile(
  Type.Object({ version: Type.Literal(version), keyId: Type.Optional(Type.String({ pattern: uuid })) }),
);
/** `<subject>.json`, and drafts of it that a crash may have left, which hold the same key. */
const keyName = /^(?<subject>.{36})\.json(\..+)?$/;
const tombstoneName = /^(?<subject>.{36})\.erased$/;

/**
 * The files of subjects in their folder: `<subject>.json` is the wrapped key, `<subject>.erased` says that it was
 * destroyed. Each is written once and never changed; a tombstone is never removed.
 */
export class SubjectFiles {
  constructor(private readonly folder: string) {}

  /** The key, or undefined when there is none. Rejects with `KeysUnavailable` when its file is damaged. */
  async read(subjectId: string): Promise<WrappedKey | undefined> {
    const found = await readIfThere(this.#key(subjectId));
    if (found === undefined) return undefined;
    const content = wrappedKeyIn(found.bytes);
    if (content === undefined)
      throw new KeysUnavailable(
        `The key file of ${subjectId} is damaged, or of a later version of the program. Put it back from the backup. ` +
          'Nothing was erased.',
      );
    return content;
  }

  /** False when there is one already. Durable when it settles, whichever it is. */
  async write(subjectId: string, { keyId, wrapped, masterKey }: WrappedKey): Promise<boolean> {
    await privateFolder(this.folder);
    const content = { version, keyId, wrapped: wrapped.toString('base64'), masterKey };
    return createOnce(this.#key(subjectId), `${JSON.stringify(content)}\n`);
  }

  /** Whatever a tombstone holds, it is one. */
  async tombstone(subjectId: string): Promise<Tombstone | undefined> {
    const found = await readIfThere(this.#tombstone(subjectId));
    if (found === undefined) return undefined;
    const content = parsed(found.bytes);
    return tombstoneFile.Check(content) && content.keyId !== undefined ? { keyId: content.keyId } : {};
  }

  /** False when there is one already. Durable when it settles. */
  async bury(subjectId: string, tombstone: Tombstone): Promise<boolean> {
    await privateFolder(this.folder);
    const content = { version, ...tombstone, erasedAt: new Date().toISOString() };
    return createOnce(this.#tombstone(subjectId), `${JSON.stringify(content)}\n`);
  }

  /** Destroys the key's file. Whether there was one. */
  destroy(subjectId: string): Promise<boolean> {
    return destroy(this.#key(subjectId));
  }

  /** Destroys what a crash left of the making of a key, which may be the key that was used. */
  async destroyDrafts(subjectId: string): Promise<void> {
    for (const name of await namesIn(this.folder))
      if (keyName.exec(name)?.groups?.subject === subjectId) await destroy(join(this.folder, name));
  }

  /** The subjects that have a key, or a draft of one, and those that have a tombstone. */
  async subjects(): Promise<{ readonly withKey: Set<string>; readonly buried: Set<string> }> {
    const names = await namesIn(this.folder);
    const matching = (pattern: RegExp) =>
      new Set(names.flatMap((name) => pattern.exec(name)?.groups?.subject ?? []));
    return { withKey: matching(keyName), buried: matching(tombstoneName) };
  }

  #key(subjectId: string): string {
    return join(this.folder, `${checked(subjectId)}.json`);
  }

  #tombstone(subjectId: string): string {
    return join(this.folder, `${checked(subjectId)}.erased`);
  }
}

/** Whether any subject has a key here. */
export async function hasKeys(folder: string): Promise<boolean> {
  return (await namesIn(folder)).some((name) => keyName.test(name));
}

/** Some keys of subjects as a master key of this name wrapped them: of so many files at most, and none of a damaged one. */
export async function someWrapped(folder: string, masterKey: string, filesMax: number): Promise<Buffer[]> {
  const names = (await namesIn(folder)).filter((name) => keyName.test(name)).slice(0, filesMax);
  const files = await Promise.all(names.map((name) => readIfThere(join(folder, name))));
  return files.flatMap((file) => {
    const key = file && wrappedKeyIn(file.bytes);
    return key?.masterKey === masterKey ? [key.wrapped] : [];
  });
}

function wrappedKeyIn(bytes: Buffer): WrappedKey | undefined {
  const content = parsed(bytes);
  return keyFile.Check(content) ? { ...content, wrapped: Buffer.from(content.wrapped, 'base64') } : undefined;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

const subjectPattern = new RegExp(uuid);

/** Nothing but a lower-case UUID becomes the name of a file. */
function checked(subjectId: string): string {
  if (!subjectPattern.test(subjectId))
    throw new TypeError(`not the id of a subject: ${JSON.stringify(subjectId)}`);
  return subjectId;
}

/** Undefined where it is no JSON: what JSON.parse says would quote it. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Clear, type SealedValue } from '#event-sourcing';
import {
  localMasterKey,
  type MasterKey,
  type ProtectedData,
  protectedData,
  subjectKeys,
} from '#protected-data';
import { runFolder } from './environment.js';

/** The keys of an installation of a test's own, as each of its processes would open them. */
export interface ProtectedKeys {
  /** Where the keys of subjects are. */
  readonly folder: string;
  readonly masterKeyFile: string;
  /** What was reported to have come back. */
  readonly returned: { subjectId: string; keyId: string }[];
  /** The same keys, opened by another process. */
  open(options?: { origin?: string; masterKey?: MasterKey }): ProtectedData;
  /** The names and contents of everything in the folders. */
  files(): Promise<{ name: string; bytes: Buffer }[]>;
}

export async function protectedKeys(): Promise<ProtectedKeys> {
  const top = await mkdtemp(join(runFolder(), 'keys-'));
  const [folder, masterKeyFile] = [join(top, 'subjects'), join(top, 'master', 'master.key')];
  const local = localMasterKey({ file: masterKeyFile, subjectKeysFolder: folder });
  const returned: { subjectId: string; keyId: string }[] = [];
  return {
    folder,
    masterKeyFile,
    returned,
    open: ({ origin = 'test', masterKey = local } = {}) =>
      protectedData({
        origin,
        subjectKeys: subjectKeys({ folder, masterKey, onReturned: (key) => returned.push(key) }),
      }),
    async files() {
      const paths = (await readdir(top, { recursive: true })).map((name) => ({
        name,
        path: join(top, name),
      }));
      const found = [];
      for (const { name, path } of paths)
        if ((await stat(path)).isFile()) found.push({ name, bytes: await readFile(path) });
      return found;
    },
  };
}

/** A subject that nobody knows yet. */
export function newWitness(): { id: string; stream: string; commandId: string } {
  const id = randomUUID();
  return { id, stream: `witness-${id}`, commandId: randomUUID() };
}

export type Witness = ReturnType<typeof newWitness>;

/** Seals one value in the field `name`. */
export async function sealName(data: ProtectedData, witness: Witness, name: unknown): Promise<SealedValue> {
  const sealed = (await data.seal(witness, new Map([['name', new Clear(name)]]))).get('name');
  if (sealed === undefined) throw new Error('the field was not sealed');
  return sealed;
}

/** Opens what `sealName` gave. */
export async function openName(data: ProtectedData, witness: Witness, sealed: SealedValue): Promise<unknown> {
  const { stream, commandId } = witness;
  return (await data.unseal(stream, new Map([['name', { sealed, commandId }]]))).get('name');
}

/** The error of what must not succeed. */
export async function refusalOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: Error) => error,
  );
}

import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { SealedValue } from '#event-sourcing';
import type { ProtectedKeys, Witness } from './protected-keys.js';
import { spawnModule } from './spawn-module.js';

/** What another process does with the keys, at once for all witnesses. */
export interface Elsewhere {
  readonly seal?: readonly Witness[];
  readonly erase?: readonly Witness[];
  /** Kills the process when it is about to make this call for a file whose name ends so. */
  readonly dieAt?: { readonly call: 'open' | 'link' | 'unlink' | 'rm'; readonly file: string };
}

/** Uses the keys in a process of its own, and gives what it sealed; nothing when it died where it was told to. */
export async function keysElsewhere(keys: ProtectedKeys, elsewhere: Elsewhere): Promise<SealedValue[]> {
  const { folder, masterKeyFile } = keys;
  const child = spawnModule(program, [JSON.stringify({ folder, masterKeyFile, ...elsewhere })]);
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the process has no output');
  const [said, complaint, [code, signal]] = await Promise.all([
    text(stdout),
    text(stderr),
    once(child, 'exit'),
  ]);
  if (elsewhere.dieAt !== undefined && signal === 'SIGKILL') return [];
  if (code !== 0) throw new Error(`It ended with ${code ?? signal}: ${complaint}`);
  return JSON.parse(said) as SealedValue[];
}

const program = `
  import files from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  import { Clear } from '#event-sourcing';
  import { localMasterKey, protectedData, subjectKeys } from '#protected-data';

  const { folder, masterKeyFile, seal = [], erase = [], dieAt } = JSON.parse(process.argv[1]);
  if (dieAt !== undefined) {
    const call = files[dieAt.call];
    files[dieAt.call] = (file, ...others) => {
      const isIt = file.endsWith(dieAt.file) && !(dieAt.call === 'open' && others[0] !== 'r+');
      if (isIt) process.kill(process.pid, 'SIGKILL');
      return call(file, ...others);
    };
    syncBuiltinESMExports();
  }
  const masterKey = localMasterKey({ file: masterKeyFile, subjectKeysFolder: folder });
  const data = protectedData({ origin: 'test', subjectKeys: subjectKeys({ folder, masterKey }) });
  const fields = new Map([['name', new Clear('sealed elsewhere')]]);
  const sealed = await Promise.all(seal.map(async (witness) => (await data.seal(witness, fields)).get('name')));
  await Promise.all(erase.map(({ stream }) => data.erase(stream)));
  process.stdout.write(JSON.stringify(sealed));
`;

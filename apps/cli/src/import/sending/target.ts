import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportStopped, type Target } from './inquest-client.js';

export interface TargetOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  /** Data folder of a running standalone. */
  readonly data: string;
  /** Whose token of the standalone to use. */
  readonly role: string;
}

/**
 * The server and token that the options name; what they leave out is read from the data folder of a standalone on this
 * machine. The token is never an argument: arguments can be read by every user of the machine.
 *
 * @throws ImportStopped naming the file that is missing and the option to give instead.
 */
export async function targetOf(options: TargetOptions): Promise<Target> {
  const { url, tokenFile, data, role } = options;
  return {
    url: address(url ?? (await member(join(data, 'connection.json'), 'apiUrl', '--url or --data'))),
    token:
      tokenFile === undefined
        ? await member(join(data, 'tokens.json'), role, '--token-file, --data or --role')
        : (await read(tokenFile, '--token-file')).trim(),
  };
}

function address(text: string): string {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return new URL(text).origin;
  throw new ImportStopped(`"${text}" is not the address of a server, such as http://127.0.0.1:4000`);
}

async function member(file: string, name: string, option: string): Promise<string> {
  const content: unknown = JSON.parse(await read(file, option));
  const value = new Map(Object.entries(content ?? {})).get(name);
  if (typeof value === 'string') return value;
  throw new ImportStopped(`${file} has no "${name}": name another with ${option}`);
}

async function read(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ImportStopped(`cannot read ${file}: start Inquest, or name another with ${option}`, {
      cause: error,
    });
  }
}

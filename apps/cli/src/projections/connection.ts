import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig, required } from '#config';

/** Where the event store and the read models are, and who owns them. */
export interface Connection {
  readonly postgresUrl: string;
  readonly postgresOwnerUrl: string;
}

/**
 * The servers that the environment names; where it names none, those of the running standalone on a data folder. Throws
 * `InvalidConfiguration`, or says which file is missing.
 */
export async function connectionOf(dataDir: string): Promise<Connection> {
  const config = readConfig();
  if (config.postgresUrl !== undefined || config.postgresOwnerUrl !== undefined) {
    const { postgresUrl, postgresOwnerUrl } = required(config, 'postgresUrl', 'postgresOwnerUrl');
    return { postgresUrl, postgresOwnerUrl };
  }
  const file = join(dataDir, 'connection.json');
  const content: unknown = JSON.parse(await textOf(file));
  if (isConnection(content)) return content;
  throw new Error(`${file} does not name the databases: it is of another version of Inquest`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(
      `cannot read ${file}: start Inquest, name its folder with --data, or set INQUEST_POSTGRES_URL and ` +
        'INQUEST_POSTGRES_OWNER_URL',
      { cause },
    );
  }
}

function isConnection(content: unknown): content is Connection {
  const members = new Map(Object.entries(content ?? {}));
  return ['postgresUrl', 'postgresOwnerUrl'].every((name) => typeof members.get(name) === 'string');
}

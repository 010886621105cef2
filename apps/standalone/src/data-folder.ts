import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files of a standalone beside its database. All are private to their owner (0600); what is secret is made once
 * and never again, so a restart finds the same keys.
 */
export class DataFolder {
  constructor(readonly path: string) {}

  /** A secret of 32 random bytes, made on first use and durable before it is used. */
  async secret(name: 'command-hash' | 'app-login' | 'demo-users'): Promise<Buffer> {
    const folder = join(this.path, 'keys');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${name}.key`);
    if (!existsSync(file)) await createOnce(file, `${randomBytes(32).toString('base64url')}\n`);
    return Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url');
  }

  /** Replaces a private file in one step: a reader sees the old one or the new one. */
  async write(
    name: 'tokens.json' | 'connection.json' | 'demonstration.json',
    content: object,
  ): Promise<void> {
    const draft = join(this.path, `${name}.${randomUUID()}`);
    await writeDurably(draft, `${JSON.stringify(content, null, 2)}\n`);
    await rename(draft, join(this.path, name));
  }

  async remove(name: 'connection.json'): Promise<void> {
    await rm(join(this.path, name), { force: true });
  }

  /** Whether the demonstration case is only partly loaded, because a start that loaded it was ended. */
  async isDemonstrationUnfinished(): Promise<boolean> {
    const file = join(this.path, 'demonstration.json');
    if (!existsSync(file)) return false;
    const state: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof state === 'object' && state !== null && 'loaded' in state && state.loaded === false;
  }
}

/** Makes a file unless it is there; of two that try at once one wins, and both read the winner's. */
async function createOnce(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeDurably(draft, text);
  try {
    await link(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

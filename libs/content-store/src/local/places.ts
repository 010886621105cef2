import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addressOf, blockListAt, damagedAddress } from '../address.js';
import type { Checked, Digest } from '../content-store.js';
import { ContentStoreUnavailable } from '../errors.js';
import { codeOf, onDisk, syncFolder } from './disk.js';

const folderMode = 0o700;
/** Each further attempt means that another upload or the damage itself changed the address in between. */
const attemptsMax = 5;

/** The addresses of a folder: how a finished draft comes to one. */
export class Places {
  /** Folders whose own names are known to survive a crash. At most 256 for each algorithm. */
  readonly #durable = new Set<string>();

  constructor(readonly root: string) {}

  pathOf(digest: Digest): string {
    return join(this.root, addressOf(digest));
  }

  blockListPathOf(digest: Digest): string {
    return blockListAt(this.pathOf(digest));
  }

  /** Replaces the block list at once and as a whole; it follows from the content, so whoever comes last is right too. */
  async keepBlockList(draft: string, digest: Digest): Promise<void> {
    const path = this.blockListPathOf(digest);
    await this.#makeFolder(dirname(path));
    await onDisk(rename(draft, path));
    await onDisk(syncFolder(dirname(path)));
  }

  /**
   * Keeps the draft at its address unless intact content is there; says whether it was. `check` is asked about what is
   * there. A crash before the link leaves nothing but the draft; after it, the whole content is at the address, because
   * the draft was synchronised before; only after the folder is synchronised is it certain to stay there.
   */
  async keep(
    draft: string,
    digest: Digest,
    check: () => Promise<Checked>,
  ): Promise<{ alreadyHeld: boolean }> {
    const path = this.pathOf(digest);
    await this.#makeFolder(dirname(path));
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      // A link never replaces anything, so of two uploads at once exactly one places its draft.
      if (await linked(draft, path)) {
        await onDisk(syncFolder(dirname(path)));
        return { alreadyHeld: false };
      }
      const there = await lstat(path).catch(() => undefined);
      const checked = await check();
      if (checked.intact) {
        // Whoever placed it may not have synchronised the folder yet.
        await onDisk(syncFolder(dirname(path)));
        return { alreadyHeld: true };
      }
      if (there === undefined || checked.breach.kind === 'missing') continue;
      if (!there.isFile()) await this.#moveAside(path, digest);
      else if (await this.#replace(draft, path, there.ino, digest)) return { alreadyHeld: false };
    }
    throw new ContentStoreUnavailable(
      'The content at an address changed again and again while it was replaced.',
    );
  }

  /** A folder or a link cannot be read as content anyway, so it does not matter that the address is empty for a moment. */
  async #moveAside(path: string, digest: Digest): Promise<void> {
    await onDisk(rename(path, this.#aside(digest)));
    await onDisk(syncFolder(join(this.root, 'damaged')));
  }

  /**
   * Gives the damaged file a second name and only then puts the draft in its place, so that no crash loses it and the
   * address is never empty. False when another file came there in between.
   */
  async #replace(draft: string, path: string, damagedIno: number, digest: Digest): Promise<boolean> {
    const aside = this.#aside(digest);
    await onDisk(link(path, aside));
    if ((await onDisk(lstat(aside))).ino !== damagedIno) {
      await onDisk(rm(aside));
      return false;
    }
    await onDisk(syncFolder(dirname(aside)));
    await onDisk(rename(draft, path));
    await onDisk(syncFolder(dirname(path)));
    return true;
  }

  #aside(digest: Digest): string {
    return join(this.root, damagedAddress(digest, randomBytes(4).toString('hex')));
  }

  /** One folder after the other: a recursive mkdir tells of a full disk as of a missing folder. */
  async #makeFolder(path: string): Promise<void> {
    if (this.#durable.has(path)) return;
    for (const folder of [dirname(path), path]) {
      await onDisk(mkdir(folder, folderMode).catch(ignoreExisting));
      // Also when it was there: who made it may have crashed before this.
      await onDisk(syncFolder(dirname(folder)));
    }
    this.#durable.add(path);
  }
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return onDisk(Promise.reject(error));
  }
}

/**
 * Makes the folder of a store, or takes the one that is there.
 *
 * @throws ContentStoreUnavailable when it is not a folder or cannot be written to.
 */
export async function prepareRoot(root: string): Promise<void> {
  try {
    const made = await mkdir(root, { recursive: true, mode: folderMode });
    for (const name of ['uploads', 'damaged']) {
      const folder = join(root, name);
      await mkdir(folder, { recursive: true, mode: folderMode });
    }
    // Permissions alone do not tell: a file system can be mounted read-only, or have no links.
    const probe = join(root, 'uploads', `probe-${randomBytes(8).toString('hex')}`);
    await mkdir(probe);
    await rm(probe, { recursive: true });
    await syncFolder(root);
    if (made !== undefined) await syncNewParents(made, root);
  } catch (error) {
    const code = codeOf(error);
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'is not a folder' : 'cannot be written to';
    throw new ContentStoreUnavailable(`The content store's place ${reason} (${code}).`, { cause: error });
  }
}

async function syncNewParents(firstMade: string, root: string): Promise<void> {
  for (let path = root; path.length >= firstMade.length; path = dirname(path))
    await syncFolder(dirname(path));
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { runFolder } from '../../../../test/support/environment.js';
import { spawnModule } from '../../../../test/support/spawn-module.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { addressOf, blockListAt } from '../address.js';
import type { ContentRef, ContentStore } from '../content-store.js';
import { type ContentPlace, contentStoreContract } from '../contract/index.js';
import { bytesOf, bytesUntilFailure, expectedOf, sampleContent, streamOf } from '../contract/samples.js';
import { ContentStoreUnavailable } from '../errors.js';
import { localContentStore } from './local-content-store.js';

contentStoreContract('the local folder', { open: openPlace });

async function openPlace(): Promise<ContentPlace> {
  const root = await newFolder();
  return {
    store: await localContentStore(root),
    other: await localContentStore(root),
    addresses: () => addressesIn(root),
    leftBehind: async () => (await readdir(join(root, 'uploads'))).length,
    damaged: async () => {
      const names = await readdir(join(root, 'damaged'));
      return Promise.all(names.map((name) => readFile(join(root, 'damaged', name))));
    },
    async tamper(ref, what, bytes) {
      const path = pathOf(root, ref, what);
      await rm(path);
      if (bytes !== undefined) await writeFile(path, bytes);
    },
    interrupt: (bytes) => writeFile(join(root, 'uploads', `interrupted-${bytes.length}`), bytes),
    close: () => rm(root, { recursive: true }),
  };
}

describe('a local folder', () => {
  let root: string;
  let store: ContentStore;
  beforeEach(async () => {
    root = join(await newFolder(), 'new', 'content');
    store = await localContentStore(root);
  });

  const kept = async () => {
    const content = sampleContent(20_000);
    return { content, stored: await store.put(streamOf(content), expectedOf(content)) };
  };

  test('is for its owner only, and what is kept there is read-only', async () => {
    const { stored } = await kept();
    const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect(await mode(root)).toBe(0o700);
    expect(await mode(join(root, 'uploads'))).toBe(0o700);
    expect(await mode(join(pathOf(root, stored, 'content'), '..'))).toBe(0o700);
    expect(await mode(pathOf(root, stored, 'content'))).toBe(0o400);
    expect(await mode(pathOf(root, stored, 'blockList'))).toBe(0o400);
  });

  test('keeps a block list of SHA-256 digests', async () => {
    const content = sampleContent(1024 * 1024 + 1);
    const stored = await store.put(streamOf(content), expectedOf(content));
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
    const list = await readFile(pathOf(root, stored, 'blockList'));
    expect(list).toEqual(
      Buffer.concat([sha256(content.subarray(0, 1024 * 1024)), sha256(content.subarray(1024 * 1024))]),
    );
    expect(stored.blocks).toEqual({ bytes: 1024 * 1024, digest: sha256(list).toString('hex') });
  });

  test.each(['symbolic link', 'folder'])('a %s in the place of content is no content', async (what) => {
    const { content, stored } = await kept();
    const path = pathOf(root, stored, 'content');
    await rename(path, join(root, 'elsewhere'));
    if (what === 'folder') await mkdir(path);
    else await symlink(join(root, 'elsewhere'), path);
    const { given, error } = await bytesUntilFailure(store.read(stored));
    expect(given).toHaveLength(0);
    expect(error).toMatchObject({ breach: { kind: 'notAFile' } });
    expect(await store.check(stored)).toEqual({ intact: false, breach: { kind: 'notAFile' } });

    expect(await store.put(streamOf(content), expectedOf(content))).toEqual(stored);
    expect((await bytesOf(store.read(stored))).equals(content)).toBe(true);
    const [aside = ''] = await readdir(join(root, 'damaged'));
    expect((await lstat(join(root, 'damaged', aside))).isFile()).toBe(false);
    expect(aside).toMatch(new RegExp(`^${stored.digest.value}-\\d{8}T\\d{6}\\.\\d{3}Z-`));
  });

  test('a symbolic link in the place of a block list is no block list', async () => {
    const { stored } = await kept();
    const path = pathOf(root, stored, 'blockList');
    await rename(path, join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), path);
    const { error } = await bytesUntilFailure(store.read(stored));
    expect(error).toMatchObject({ breach: { kind: 'blockList' } });
    expect(await store.check(stored)).toEqual({ intact: true });
    expect((await lstat(path)).isFile()).toBe(true);
  });

  test('an upload whose process is killed leaves nothing but what a sweep removes', async () => {
    const expected = { digests: [{ algorithm: 'sha-256', value: 'a'.repeat(64) }], length: 2 ** 40 };
    const child = spawnModule(`
      import { localContentStore } from '#content-store';
      const store = await localContentStore(${JSON.stringify(root)});
      const endless = async function* () { for (;;) yield Buffer.alloc(65536); };
      await store.put(endless(), ${JSON.stringify(expected)});
    `);
    const uploads = join(root, 'uploads');
    await waitFor('the upload to be under way', async () => {
      const [draft] = await readdir(uploads);
      return draft !== undefined && (await stat(join(uploads, draft))).size > 0;
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await addressesIn(root)).toEqual([]);
    expect(await store.sweep(0)).toMatchObject({ removed: 1 });
    expect(await readdir(uploads)).toEqual([]);
  });

  test('a crash after content came to its address leaves it there, and a draft that costs nothing', async () => {
    const { content, stored } = await kept();
    await link(pathOf(root, stored, 'content'), join(root, 'uploads', 'draft'));
    expect(await store.sweep(0)).toEqual({ removed: 1, bytes: 0 });
    expect((await bytesOf(store.read(stored))).equals(content)).toBe(true);
  });

  test('a crash before content came to its address leaves a block list that hinders nobody', async () => {
    const { content, stored } = await kept();
    await rm(pathOf(root, stored, 'content'));
    expect(await store.check(stored)).toEqual({ intact: false, breach: { kind: 'missing' } });
    expect(await store.put(streamOf(content), expectedOf(content))).toEqual(stored);
    expect((await bytesOf(store.read(stored))).equals(content)).toBe(true);
  });

  test('a file in the place of the folder is refused', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')])
      await expect(localContentStore(path)).rejects.toThrow(/^The content store's place is not a folder \(E/);
  });

  test('a folder that is gone is an outage, and not the loss of what it kept', async () => {
    const { stored } = await kept();
    await rm(root, { recursive: true });
    const content = sampleContent(5);
    await expect(store.put(streamOf(content), expectedOf(content))).rejects.toThrow(ContentStoreUnavailable);
    await expect(store.sweep(0)).rejects.toThrow(ContentStoreUnavailable);
    await expect(store.check(stored)).rejects.toThrow(ContentStoreUnavailable);
    await expect(bytesOf(store.read(stored))).rejects.toThrow(ContentStoreUnavailable);
  });
});

function newFolder(): Promise<string> {
  return mkdtemp(join(runFolder(), 'content-'));
}

function pathOf(root: string, { digest }: ContentRef, what: 'content' | 'blockList'): string {
  const address = addressOf(digest);
  return join(root, what === 'content' ? address : blockListAt(address));
}

async function addressesIn(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true });
  return names.filter((name) => /^[^/]+\/..\/[0-9a-f]+$/.test(name)).toSorted();
}

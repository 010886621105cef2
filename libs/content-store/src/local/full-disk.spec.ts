import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWith } from '../../../../test/support/available.js';
import { mounting, type SmallDisk, smallDisk } from '../../../../test/support/small-disk.js';
import { bytesOf, expectedOf, sampleContent, streamOf } from '../contract/samples.js';
import { ContentStoreUnavailable } from '../errors.js';
import { localContentStore } from './local-content-store.js';

const mebibyte = 1024 * 1024;

describeWith(mounting(), 'a local folder on a small disk', () => {
  let disk: SmallDisk;
  afterEach(() => disk.unmount());

  test('that is full keeps nothing, says so, and works again when there is room', async () => {
    disk = await smallDisk('size=8m');
    const store = await localContentStore(disk.path);
    const filler = join(disk.path, 'filler');
    await writeFile(filler, sampleContent(6 * mebibyte));
    const content = sampleContent(5 * mebibyte);
    const upload = () => store.put(streamOf(content), expectedOf(content));
    await expect(upload()).rejects.toThrow('The content store is full (ENOSPC).');
    expect((await readdir(disk.path)).toSorted()).toEqual(['damaged', 'filler', 'uploads']);
    expect(await readdir(join(disk.path, 'uploads'))).toEqual([]);
    await rm(filler);
    const stored = await upload();
    expect((await bytesOf(store.read(stored))).equals(content)).toBe(true);
  });

  test('that has no room for one more name, at whatever step, keeps all or nothing', async () => {
    const content = sampleContent(5_000);
    const outcomes: string[] = [];
    // The root and its two folders; an upload adds two folders, and a draft each for the content and its blocks.
    for (const names of [4, 5, 6, 7, 8, 9]) {
      disk = await smallDisk(`size=8m,nr_inodes=${names}`);
      const store = await localContentStore(disk.path);
      const outcome = await store.put(streamOf(content), expectedOf(content)).then(
        () => 'stored',
        (error: unknown) => String(error),
      );
      const files = await readdir(disk.path, { recursive: true, withFileTypes: true });
      const kept = files.filter((file) => file.isFile() && !file.name.endsWith('.blocks'));
      outcomes.push(`${outcome} ${kept.length}`);
      if (names < 9) await disk.unmount();
    }
    const full = 'StoreFull: The content store is full (ENOSPC). 0';
    expect(outcomes).toEqual([full, full, full, full, 'stored 1', 'stored 1']);
  });

  test('that is read-only is refused at the start, and fails as an outage later', async () => {
    disk = await smallDisk('size=8m');
    const store = await localContentStore(disk.path);
    await disk.becomeReadOnly();
    const content = sampleContent(10);
    await expect(store.put(streamOf(content), expectedOf(content))).rejects.toThrow(ContentStoreUnavailable);
    await expect(localContentStore(disk.path)).rejects.toThrow(
      "The content store's place cannot be written to (EROFS).",
    );
  });
});

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWith } from '../../../../test/support/available.js';
import { mounting, type SmallDisk, smallDisk } from '../../../../test/support/small-disk.js';
import {
  type S3Server,
  startVersitygw,
  versitygwHere,
  versitygwStartMsMax,
} from '../../../../test/support/versitygw.js';
import { bytesOf, expectedOf, sampleContent, streamOf } from '../contract/samples.js';
import { StoreFull } from '../errors.js';
import { s3ContentStore } from './s3-content-store.js';

const mebibyte = 1024 * 1024;
/** The server puts an upload together beside its parts. */
const diskMebibytes = 64;

describeWith(versitygwHere(), 'with a server of S3', () =>
  describeWith(mounting(), 'on a small disk', () => {
    let disk: SmallDisk;
    let server: S3Server;
    beforeAll(async () => {
      disk = await smallDisk(`size=${diskMebibytes}m`);
      server = await startVersitygw(disk.path);
    }, versitygwStartMsMax);
    afterAll(async () => {
      await server.stop();
      await disk.unmount();
    });

    test.each([3, 20])(
      'an upload of %d MiB finds it full, keeps nothing, and works again when there is room',
      async (mebibytes) => {
        const bucket = `bucket-${mebibytes}`;
        const folder = join(server.folder, bucket);
        await mkdir(folder);
        const store = s3ContentStore({ ...server, bucket, forcePathStyle: true });
        const filler = join(disk.path, 'filler');
        await writeFile(filler, sampleContent((diskMebibytes - mebibytes + 1) * mebibyte));
        const content = sampleContent(mebibytes * mebibyte);
        const upload = () => store.put(streamOf(content), expectedOf(content));
        await expect(upload()).rejects.toThrow(StoreFull);
        const kept = (await readdir(folder, { recursive: true })).filter((name) =>
          /\/[0-9a-f]{64}$/.test(name),
        );
        expect(kept).toEqual([]);
        await rm(filler);
        const stored = await upload();
        expect((await bytesOf(store.read(stored))).equals(content)).toBe(true);
        await rm(folder, { recursive: true });
        await store.close();
      },
    );
  }),
);

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bench, type Figure, type Measurement, notMeasured, timesBaseline } from './figure.js';
import { residentWhile } from './http/resident-memory.js';
import { type ApiProcess, startApi } from './http/servers.js';
import { digestOf, Exhibit, randomFile } from './http/transfer.js';
import { outputOf, run } from './programs.js';
import { interleaved } from './statistics.js';

const rounds = 3;

/**
 * One large file into the api, out of it, and hashed again by it, each against what the tools of the system take for as
 * much: all of it from and to the same disk, with the file in the system's memory on both sides.
 */
export const content: Figure = {
  id: 'P13',
  title: 'content in, out and checked, against cp, cat and sha256sum (size: --content-mib)',
  async measure(bench) {
    if (process.platform !== 'linux' || !(await isThere('curl')))
      return [notMeasured(uploadLine(bench), '≥ 0.5 ×', 'needs /proc, cp, sha256sum and curl')];
    const folder = join(bench.folder, `content-${randomUUID()}`);
    bench.progress(`making ${bench.contentMib} MiB of random data`);
    const file = await randomFile(folder, bench.contentMib);
    try {
      return await measured(bench, file, await startApi(bench));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const isThere = (program: string): Promise<boolean> =>
  outputOf(program, ['--version']).then(
    () => true,
    () => false,
  );

const uploadLine = ({ contentMib }: Bench) => ({
  id: 'P13',
  name: `upload of ${contentMib} MiB`,
  unit: 'MiB/s',
});

async function measured(bench: Bench, file: string, api: ApiProcess): Promise<Measurement[]> {
  const mib = bench.contentMib;
  const digest = await digestOf(file);
  const rate = (name: string, seconds: () => Promise<number>) => ({
    name,
    run: async () => mib / (await seconds()),
  });
  const exhibit = new Exhibit(api, file, digest);
  const copy = `${file}.copy`;
  const sum = () => run('sha256sum', [file]);
  const memory = await residentWhile(api.child.pid ?? 0, async (settle) => {
    const rates = await interleaved(
      [
        rate('cp, fsync, sha256sum', async () => (await copied(file, copy)) + (await sum())),
        rate('upload', () => exhibit.upload()),
        rate('cat, sha256sum', async () => (await catted(file)) + (await sum())),
        rate('download', () => exhibit.download()),
        rate('sha256sum', sum),
        rate('integrity check', () => exhibit.check()),
      ],
      rounds,
      bench.progress,
    );
    await settle();
    return rates;
  });
  await api.stop();
  const [copying = 0, upload = 0, reading = 0, download = 0, hashing = 0, check = 0] = memory.result;
  const line = uploadLine(bench);
  const { before, peak, after } = memory;
  bench.progress(
    `resident: ${Math.round(before)} MiB before, ${Math.round(peak)} peak, ${Math.round(after)} after`,
  );
  return [
    timesBaseline(line, upload, { name: 'cp, fsync, sha256sum', value: copying }, 0.5),
    timesBaseline(
      { ...line, name: `download of ${mib} MiB` },
      download,
      { name: 'cat, sha256sum', value: reading },
      0.5,
    ),
    timesBaseline(
      { ...line, name: `integrity check of ${mib} MiB` },
      check,
      { name: 'sha256sum', value: hashing },
      0.5,
    ),
    {
      ...line,
      name: 'resident memory of the api, peak',
      unit: 'MiB',
      value: peak,
      baseline: { name: 'before', value: before },
      ratio: peak / before,
      target: `≤ ${growthMibMax} MiB more`,
      met: peak - before <= growthMibMax,
    },
  ];
}

/** What the buffers of a few requests and the collector's leisure may take, however long the file. */
const growthMibMax = 128;

async function copied(file: string, copy: string): Promise<number> {
  await rm(copy, { force: true });
  const begun = performance.now();
  // A file system that shares blocks between files would copy nothing.
  await run('cp', ['--reflink=never', file, copy]);
  const handle = await open(copy, 'r+');
  await handle.sync();
  await handle.close();
  return (performance.now() - begun) / 1000;
}

async function catted(file: string): Promise<number> {
  const nowhere = createWriteStream('/dev/null');
  await once(nowhere, 'open');
  return run('cat', [file], nowhere);
}

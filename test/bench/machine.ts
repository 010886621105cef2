import { open, readFile, rm } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './figure.js';
import { onConnection } from './postgres-server.js';
import { median, rounded } from './statistics.js';

const syncs = 30;

/** What the figures depend on, in a few lines: the machine, versions, durability, and how busy it was at the start. */
export async function machine(bench: Bench): Promise<string[]> {
  const load = loadavg()[0] ?? 0;
  const cores = cpus();
  const url = await (await bench.postgres()).database('bench_machine');
  const settings = await onConnection(url, async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in
         ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers')`,
    );
    return new Map(rows.map(({ name, setting }) => [name, setting]));
  });
  const setting = (name: string) => `${name} ${settings.get(name) ?? '?'}`;
  return [
    `machine     ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}, shared by client and servers; load before the start ${load.toFixed(1)}`,
    `versions    Inquest ${await versionOf(bench, '.')}, Node ${process.versions.node}, PostgreSQL ${settings.get('server_version') ?? '?'}, pg ${await versionOf(bench, 'node_modules/pg')}, Nest ${await versionOf(bench, 'node_modules/@nestjs/core')}`,
    `durability  ${['fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method'].map(setting).join(', ')}; fdatasync of 8 KiB takes ${rounded(await syncMs(bench.folder))} ms (median)`,
  ];
}

async function versionOf(bench: Bench, folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(bench.root, folder, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '?';
}

/** How long the disk takes to make 8 KiB durable: the least that a single commit costs. */
async function syncMs(folder: string): Promise<number> {
  const path = join(folder, 'sync');
  const file = await open(path, 'w');
  try {
    const times: number[] = [];
    for (let sync = 0; sync < syncs; sync += 1) {
      await file.write(Buffer.alloc(8192, sync), 0, 8192, 0);
      const begun = performance.now();
      await file.datasync();
      times.push(performance.now() - begun);
    }
    return median(times);
  } finally {
    await file.close();
    await rm(path);
  }
}

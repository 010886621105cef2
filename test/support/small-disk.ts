import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Availability, rootUser } from './available.js';
import { runFolder } from './environment.js';

const run = promisify(execFile);

/** A file system of a test's own, in memory, that can be full. */
export interface SmallDisk {
  readonly path: string;
  /** Mounts it again so that nothing can be written to it. */
  becomeReadOnly(): Promise<void>;
  becomeWritable(): Promise<void>;
  unmount(): Promise<void>;
}

/** Whether this user may mount one here; found out by doing it. */
export function mounting(): Availability {
  if (process.platform !== 'linux') return { available: false, reason: 'only Linux mounts a tmpfs' };
  const root = rootUser();
  if (!root.available) return root;
  const folder = mkdtempSync(join(tmpdir(), 'inquest-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return { available: true };
  } catch {
    return { available: false, reason: 'this machine does not permit to mount a tmpfs' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `options` are those of tmpfs, such as `size=4m` and `nr_inodes=20`. */
export async function smallDisk(options: string): Promise<SmallDisk> {
  const path = mkdtempSync(join(runFolder(), 'disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  return {
    path,
    becomeReadOnly: async () => void (await run('mount', ['-o', 'remount,ro', path])),
    becomeWritable: async () => void (await run('mount', ['-o', 'remount,rw', path])),
    async unmount() {
      await run('umount', ['-l', path]);
      await rm(path, { recursive: true });
    },
  };
}

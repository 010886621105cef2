import { open, readFile } from 'node:fs/promises';
import type { Availability } from './available.js';

/** Linux shows the memory of a process of one's own as a file (proc(5)). */
export function readableMemory(): Availability {
  if (process.platform === 'linux') return { available: true };
  return { available: false, reason: 'only Linux shows the memory of a process as a file' };
}

const pieceBytes = 4 * 1024 * 1024;

/**
 * Everything that a process has written to its memory, heap and stacks, area by area, while it stands still. What it only
 * mapped from files is left out.
 */
export async function* memoryOf(pid: number): AsyncGenerator<Buffer> {
  process.kill(pid, 'SIGSTOP');
  const memory = await open(`/proc/${pid}/mem`, 'r');
  try {
    for (const { from, to } of writable(await readFile(`/proc/${pid}/maps`, 'utf8')))
      for (let at = from; at < to; at += pieceBytes) {
        const length = Math.min(pieceBytes, to - at);
        const piece = await memory.read(Buffer.alloc(length), 0, length, at).catch((error: unknown) => {
          if (isUnreadable(error)) return undefined;
          throw error;
        });
        if (piece === undefined) break; // Given to a device, or never touched.
        yield piece.buffer.subarray(0, piece.bytesRead);
      }
  } finally {
    await memory.close();
    process.kill(pid, 'SIGCONT');
  }
}

/** Lines like `7f1c2a000000-7f1c2a021000 rw-p 00000000 00:00 0 [heap]`. */
function writable(maps: string): { from: number; to: number }[] {
  return maps.split('\n').flatMap((line) => {
    const found = /^(?<from>[0-9a-f]+)-(?<to>[0-9a-f]+) rw/.exec(line)?.groups;
    return found === undefined
      ? []
      : [{ from: Number(`0x${found['from']}`), to: Number(`0x${found['to']}`) }];
  });
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'EFAULT');
}

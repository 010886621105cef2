import type { Progress } from './run-import.js';

const terminalEveryMs = 200;
const logEveryMs = 5_000;

/** Tells how far an import is. Returns what ends it. */
export function showProgress(
  progress: Progress,
  recordsInFile: number,
  stream: NodeJS.WriteStream = process.stderr,
): () => void {
  return showLine((seconds) => progressLine(progress, recordsInFile, seconds), stream);
}

/**
 * Tells how far something is on standard error: one line that is written over on a terminal, else a line every few
 * seconds. `lineAt` is given the seconds since it began. Returns what ends it.
 */
export function showLine(
  lineAt: (seconds: number) => string,
  stream: NodeJS.WriteStream = process.stderr,
): () => void {
  const startedAt = performance.now();
  const line = () => lineAt((performance.now() - startedAt) / 1000);
  // A line that wraps could not be written over.
  const write = () =>
    stream.write(stream.isTTY ? `\r\u001b[K${line().slice(0, stream.columns - 1)}` : `${line()}\n`);
  const timer = setInterval(write, stream.isTTY ? terminalEveryMs : logEveryMs);
  return () => {
    clearInterval(timer);
    write();
    if (stream.isTTY) stream.write('\n');
  };
}

/** How far it is, how fast, and how long the rest takes at that rate. */
export function progressLine(
  { records, commands }: Progress,
  recordsInFile: number,
  seconds: number,
): string {
  const done = records.taken + records.takenInPart + records.rejected;
  const share = recordsInFile === 0 ? 100 : Math.floor((100 * done) / recordsInFile);
  const left = done === 0 ? undefined : Math.ceil((seconds / done) * (recordsInFile - done));
  return [
    `${done} of ${recordsInFile} records (${share} %)`,
    `${seconds > 0 ? Math.round(commands.sent / seconds) : 0} commands/s`,
    ...(commands.replayed > 0 ? [`${commands.replayed} carried out before`] : []),
    ...(records.rejected + records.takenInPart > 0
      ? [`${records.rejected + records.takenInPart} not or partly taken`]
      : []),
    ...(left === undefined || left === 0 ? [] : [`about ${left} s left`]),
  ].join(', ');
}

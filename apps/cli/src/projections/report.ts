import {
  type Comparison,
  type CopyProgress,
  differencesIn,
  type FirstParked,
  parkedStreamsMax,
  type ProjectionStatus,
  type RebuildProgress,
} from '#read-models';

/** The state of the projections as a table for people. */
export function statusTable(all: readonly ProjectionStatus[]): string {
  const header = ['PROJECTION', 'POSITION', 'LAG', 'BEHIND', 'PARKED', 'RATE'];
  const rows = all.map(({ name, position, lag, lagSeconds, parked, eventsPerSecond }) => [
    name,
    String(position),
    String(lag),
    `${Math.round(lagSeconds)} s`,
    String(parked),
    `${Math.round(eventsPerSecond)}/s`,
  ]);
  return table([header, ...rows], (column) => column > 0);
}

/** What the views are that a rebuild left beside others, and what can be done about them. */
export function besideLines(beside: readonly ProjectionStatus[]): string {
  return beside.map(besideLine).join('\n');
}

function besideLine({ name, isOfThisShape }: ProjectionStatus): string {
  const view = name.replace(/_(?:old|next)$/, '');
  if (name.endsWith('_next'))
    return `${name} is being made, or was interrupted: \`rebuild ${view}\` goes on with it.`;
  return isOfThisShape
    ? `${name} was replaced: \`switch-back ${view}\` lets it serve again, \`drop-old ${view}\` ends it.`
    : `${name} was replaced, and is fed by the version that made it: \`drop-old ${view}\` ends it.`;
}

/** What the rows that a rebuild replaced turned out to be. */
export function comparisonText(comparison: Comparison): string {
  if ('notCompared' in comparison)
    return `Not compared with the rows that served: ${comparison.notCompared}.`;
  const { position } = comparison;
  const differences = differencesIn(comparison);
  if (differences.length === 0)
    return `Compared with the rows that served, at position ${position}: they were the same.`;
  const rows = differences.map(({ table: name, liveRows, rebuiltRows }) => [
    name,
    String(liveRows),
    String(rebuiltRows),
  ]);
  return [
    `THE ROWS THAT SERVED WERE WRONG at position ${position}; the rebuilt ones have taken their place. Not the same in:`,
    table([['TABLE', 'ROWS THAT SERVED', 'ROWS REBUILT'], ...rows], (column) => column > 0),
    'What was answered from them until now may be wrong.',
  ].join('\n');
}

/** The event that each parked stream waits for, and what was wrong with it. */
export function parkedTable(first: readonly FirstParked[]): string {
  const header = ['PARKED IN', 'STREAM', 'REVISION', 'TYPE', 'EVENTS', 'FAULT'];
  const rows = first.map(({ projection, stream, revision, type, parked, fault }) => [
    projection,
    stream,
    String(revision),
    type,
    String(parked),
    oneLine(fault),
  ]);
  const isNumber = (column: number) => ['REVISION', 'EVENTS'].includes(header[column] ?? '');
  const more = first.length < parkedStreamsMax ? [] : ['More streams may be parked.'];
  return [table([header, ...rows], isNumber), ...more].join('\n');
}

const faultLengthMax = 200;

const oneLine = (fault: string) => fault.replace(/\s+/gu, ' ').slice(0, faultLengthMax);

function table(rows: readonly (readonly string[])[], isNumber: (column: number) => boolean): string {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)),
    [],
  );
  const padded = (cell: string, i: number) =>
    isNumber(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}

const terminalEveryMs = 200;
const logEveryMs = 5_000;

/**
 * Tells how far a copy of the log is on standard error: one line that is written over on a terminal, else a line every
 * few seconds.
 */
export function copyProgress(stream: NodeJS.WriteStream = process.stderr) {
  const everyMs = stream.isTTY ? terminalEveryMs : logEveryMs;
  let shownAt = performance.now();
  let isOpen = false;
  return {
    show: (at: CopyProgress | RebuildProgress): void => {
      if (performance.now() - shownAt < everyMs) return;
      shownAt = performance.now();
      // A line that wraps could not be written over.
      stream.write(stream.isTTY ? `\r\u001b[K${lineOf(at).slice(0, stream.columns - 1)}` : `${lineOf(at)}\n`);
      isOpen = stream.isTTY;
    },
    end: (): void => {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
}

/** How far it is, how fast, and how long the rest takes at that rate. */
export function lineOf(at: CopyProgress | RebuildProgress): string {
  const { position, head, eventsPerSecond } = at;
  const share = head === 0n ? 100n : (100n * position) / head;
  const left = eventsPerSecond > 0 ? Math.ceil(Number(head - position) / eventsPerSecond) : undefined;
  const isContinued = 'continuedFrom' in at && at.continuedFrom > 0n;
  return [
    `position ${position} of ${head} (${share} %)`,
    ...(isContinued ? [`gone on with from ${at.continuedFrom}`] : []),
    ...('doing' in at && at.doing !== 'copying'
      ? [at.doing === 'indexing' ? 'making indexes' : 'comparing with the rows that serve']
      : [
          `${Math.round(eventsPerSecond)} events/s`,
          ...(left === undefined || left <= 0 ? [] : [`about ${left} s left`]),
        ]),
  ].join(', ');
}

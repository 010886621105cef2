import { printable } from '../import/report.js';
import type { Progress } from './check.js';
import type { FoundBreach, HeldContent } from './held-content.js';

/** What came of a check, as `--json` prints it. A content is an item's own, or that of one of its working copies. */
export interface Summary {
  /** All content that was due was looked at. */
  readonly complete: boolean;
  readonly seconds: number;
  readonly bytes: number;
  readonly retried: number;
  readonly contents: {
    readonly due: number;
    readonly intact: number;
    readonly breached: number;
    readonly failed: number;
  };
  readonly breaches: readonly (HeldContent & Pick<FoundBreach, 'kind' | 'expected' | 'found'>)[];
  readonly failures: readonly (HeldContent & { readonly reason: string })[];
}

export function summaryOf(progress: Progress, due: number, retried: number, seconds: number): Summary {
  const { contents, bytes, intact, breached, failed } = progress;
  return {
    complete: contents === due && failed.length === 0,
    seconds: Math.round(seconds * 10) / 10,
    bytes,
    retried,
    contents: { due, intact, breached: breached.length, failed: failed.length },
    breaches: breached.flatMap(({ breaches, ...content }) =>
      breaches.map(({ kind, expected, found }) => ({ ...content, kind, expected, found })),
    ),
    failures: failed,
  };
}

const mebibyte = 1024 * 1024;
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** How far it is, and how fast. */
export function progressLine(
  { contents, bytes, breached, failed }: Progress,
  due: { readonly contents: number; readonly bytes: number },
  seconds: number,
): string {
  return [
    `${contents} of ${due.contents} items and copies`,
    `${mib(bytes)} of ${mib(due.bytes)} MiB`,
    `${mib(seconds > 0 ? bytes / seconds : 0)} MiB/s`,
    ...(breached.length > 0 ? [`${breached.length} NOT INTACT`] : []),
    ...(failed.length > 0 ? [`${failed.length} not checked`] : []),
  ].join(', ');
}

const mib = (bytes: number) => number.format(bytes / mebibyte);

/** The summary for people. */
export function readable(summary: Summary): string {
  const { contents, bytes, seconds, breaches, failures, complete } = summary;
  const rate = seconds > 0 ? `, ${mib(bytes / seconds)} MiB/s` : '';
  return [
    `Checked     ${contents.intact + contents.breached} of ${contents.due} items and working copies, ${mib(bytes)} MiB in ${seconds} s${rate}`,
    `Intact      ${contents.intact}`,
    `Not intact  ${contents.breached}`,
    ...(breaches.length === 0 ? [] : ['', 'Breaches']),
    ...breaches.map((one) => `  ${nameOf(one)}  ${wordsOf(one)}`),
    ...(failures.length === 0 ? [] : ['', 'Not checked']),
    ...failures.map((one) => `  ${nameOf(one)}  ${printable(one.reason)}`),
    ...(complete
      ? []
      : ['', 'Not everything was checked. Run the same command again: what waits for longest comes first.']),
  ].join('\n');
}

const nameOf = ({ exhibitNumber, copyId, id }: HeldContent): string =>
  `${printable(exhibitNumber)}${copyId === undefined ? '' : `, copy ${printable(copyId)}`} (${printable(id)})`;

const words: Readonly<Record<string, string | undefined>> = {
  missing: 'the content is missing',
  notAFile: 'something that is no file stands in its place',
  blockList: 'the list of its blocks is missing or damaged',
};

function wordsOf({ kind, expected, found }: Summary['breaches'][number]): string {
  const known = words[kind];
  if (known !== undefined) return known;
  if (kind === 'length' && found.length !== undefined)
    return `${number.format(found.length)} bytes instead of ${number.format(expected.length ?? 0)}`;
  if (found.digest === undefined) return `${printable(kind)}: other bytes than those that were stored`;
  return printable(`${found.digest.algorithm} is ${found.digest.value} instead of ${expected.digest?.value}`);
}

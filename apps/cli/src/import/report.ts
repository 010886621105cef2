import type { Finding, Input, Progress, Survey } from './run-import.js';

/** What came of an import, as `--json` prints it. */
export interface Summary {
  readonly dataSet: string;
  readonly file: string;
  readonly sha256: string;
  readonly asOf: string | null;
  /** Every record of the file was read and answered. */
  readonly complete: boolean;
  readonly seconds: number;
  readonly records: { readonly inFile: number } & Progress['records'];
  readonly commands: Progress['commands'] & { readonly retried: number };
  /** A position in the log; whoever reads with it sees everything that was imported. */
  readonly position: string;
  /** In the order of the file. */
  readonly rejected: readonly Omit<Finding, 'kind'>[];
  /** Inquest failed over it: the same import again finds out. */
  readonly unknown: readonly Omit<Finding, 'kind'>[];
  readonly noted: readonly Omit<Finding, 'kind'>[];
  /** Findings beyond those that memory keeps; `--report` has all. */
  readonly findingsLeftOut: number;
}

const keptMax = 10_000;

/** Collects findings, as many as memory should hold, and counts the rest. */
export class Findings {
  private readonly kept: Finding[] = [];
  private leftOut = 0;

  add(finding: Finding): void {
    if (this.kept.length < keptMax) this.kept.push(finding);
    else this.leftOut += 1;
  }

  summary(input: Input, survey: Survey, progress: Progress, retried: number, seconds: number): Summary {
    const of = (wanted: Finding['kind']) =>
      this.kept
        .filter(({ kind }) => kind === wanted)
        .sort((a, b) => a.line - b.line)
        .map(({ line, recordId, part, reason }) => ({ line, recordId, part, reason }));
    return {
      dataSet: input.format.name,
      file: input.path,
      sha256: survey.sha256,
      asOf: input.asOf || null,
      complete: progress.records.read === survey.records,
      seconds: Math.round(seconds * 10) / 10,
      records: { inFile: survey.records, ...progress.records },
      commands: { ...progress.commands, retried },
      position: String(progress.position),
      rejected: of('rejected'),
      unknown: of('unknown'),
      noted: of('noted'),
      findingsLeftOut: this.leftOut,
    };
  }
}

const shownMax = 100;
const number = new Intl.NumberFormat('en');

/** The summary for people. */
export function readable(summary: Summary): string {
  const { records, commands, seconds } = summary;
  const n = (value: number) => number.format(value);
  const perSecond = seconds > 0 ? `, ${n(Math.round(commands.sent / seconds))} commands/s` : '';
  return [
    `File      ${printable(summary.file)}`,
    `          SHA-256 ${summary.sha256}${summary.asOf === null ? '' : `, as of ${summary.asOf}`}`,
    `Records   ${n(records.read)} of ${n(records.inFile)}: ${n(records.taken)} taken, ${n(records.takenInPart)} taken in part, ${n(records.rejected)} rejected, ${n(records.unknown)} unknown`,
    `Commands  ${n(commands.sent)}, of which ${n(commands.replayed)} had been carried out before; ${n(commands.retried)} retries`,
    `Time      ${n(seconds)} s${perSecond}`,
    `Position  ${summary.position}`,
    ...listed('Not taken', summary.rejected),
    ...listed('Not known whether taken; run the same command again', summary.unknown),
    ...listed('Taken, to be looked at', summary.noted),
    ...(summary.complete ? [] : ['', continueHint]),
  ].join('\n');
}

export const continueHint =
  'Not every record was sent. Run the same command again to continue: nothing is imported twice.';

function listed(title: string, findings: Summary['rejected']): string[] {
  if (findings.length === 0) return [];
  const rows = findings
    .slice(0, shownMax)
    .map(
      ({ line, recordId, part, reason }) => `  line ${line}  ${recordId || '(no id)'}  ${part}: ${reason}`,
    );
  const more = findings.length - rows.length;
  return ['', `${title} (${number.format(findings.length)})`, ...rows.map(printable)].concat(
    more > 0 ? [`  and ${number.format(more)} more; --json and --report have them`] : [],
  );
}

/** Text of a file that somebody else wrote must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

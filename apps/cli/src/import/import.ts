import { Argument, Command, InvalidArgumentError } from 'commander';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import { formats } from './formats/formats.js';
import { interrupted } from '../interrupted.js';
import { showProgress } from './progress-line.js';
import { calendarDay } from './reading/values.js';
import { continueHint, Findings, printable, readable, type Summary } from './report.js';
import { type Finding, type Input, notBegun, runImport, survey } from './run-import.js';
import { InquestClient } from './sending/inquest-client.js';
import { targetOf, type TargetOptions } from './sending/target.js';

interface Options extends TargetOptions {
  readonly asOf?: string;
  readonly encoding: string;
  readonly concurrency: number;
  readonly report?: string;
  readonly json?: boolean;
}

/** Some records, or parts of them, were not taken. */
const exitCodeRejected = 3;

/** `inquest import FORMAT FILE`. */
export function importCommand(): Command {
  return new Command('import')
    .description('Import a published data set: each record as an allegation and the incident it is about.')
    .addArgument(new Argument('<format>', 'what the file is').choices(formats.map(({ name }) => name)))
    .argument('<file>', 'the file, as published')
    .option(
      '--as-of <day>',
      'day on which the data stood like this (default: a date in the name of the file)',
      day,
    )
    .option('--data <dir>', 'data folder of a running standalone, for its address and tokens', '.inquest')
    .option('--role <name>', 'whose token of the standalone to use', 'Analyst')
    .option('--url <address>', 'address of another server')
    .option('--token-file <file>', 'file with an access token for it')
    .option('--concurrency <n>', 'records under way at a time', concurrency, 16)
    .option('--encoding <label>', 'encoding of the file', encoding, 'utf-8')
    .option('--report <file>', 'write what was not taken, or should be looked at, as JSON Lines')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', help())
    .action(async (name: string, path: string, options: Options) => {
      process.exitCode = await importFile(inputOf(name, path, options), options);
    });
}

async function importFile(input: Input, options: Options): Promise<number> {
  const client = new InquestClient(await targetOf(options));
  const surveyed = await survey(input);
  await client.reach();
  const findings = new Findings();
  const report = await reportTo(options.report);
  const progress = notBegun();
  const startedAt = performance.now();
  const endProgress = showProgress(progress, surveyed.records);
  const found = (finding: Finding) => {
    findings.add(finding);
    report.write(finding);
  };
  try {
    const stop = AbortSignal.any([interrupted(), report.failed]);
    await runImport(input, surveyed, client, options.concurrency, progress, found, stop);
  } catch (error) {
    throw progress.commands.sent === 0
      ? error
      : new Error(`${messageOf(error)}\n${continueHint}`, { cause: error });
  } finally {
    endProgress();
    await report.end();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const summary = findings.summary(input, surveyed, progress, client.retries, seconds);
  process.stdout.write(`${options.json ? JSON.stringify(summary) : readable(summary)}\n`);
  return exitCodeOf(summary);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function exitCodeOf({ complete, records }: Summary): number {
  if (!complete) return 1;
  return records.rejected + records.takenInPart + records.unknown > 0 ? exitCodeRejected : 0;
}

function inputOf(name: string, path: string, { asOf, encoding: label }: Options): Input {
  const format = formats.find((one) => one.name === name);
  if (!format) throw new InvalidArgumentError(`There is no format ${name}.`);
  const known = asOf ?? dayIn(basename(path));
  if (format.needsAsOf && known === undefined) {
    throw new Error(
      'The name of the file has no date: say with --as-of YYYY-MM-DD on which day its data stood so.',
    );
  }
  return { format, path, encoding: label, asOf: known ?? '' };
}

/** The first date in a name that is a day of the calendar. */
function dayIn(name: string): string | undefined {
  return (name.match(/\d{4}-\d{2}-\d{2}/g) ?? []).find((text) => calendarDay(text) !== undefined);
}

/**
 * JSON Lines as they are found; opened before anything is sent, so that an unwritable file costs nothing. `failed` aborts
 * when no more can be written, on a full disk for instance; then `end` rejects.
 */
async function reportTo(path: string | undefined) {
  const failure = new AbortController();
  const failed = failure.signal;
  if (path === undefined) return { write: () => undefined, end: () => Promise.resolve(), failed };
  const stream = createWriteStream(path, { mode: 0o600 });
  await once(stream, 'open');
  stream.on('error', (error) => failure.abort(error));
  return {
    write: (finding: Finding) => void stream.write(`${JSON.stringify(finding)}\n`),
    end: async () => {
      await finished(stream.end()).catch((cause: unknown) => {
        throw new Error(`The report ${path} cannot be written: ${messageOf(cause)}`, { cause });
      });
    },
    failed,
  };
}

function day(text: string): string {
  if (calendarDay(text) === undefined) throw new InvalidArgumentError('It must be a day such as 2023-02-03.');
  if (text > new Date().toISOString()) throw new InvalidArgumentError('It must not be in the future.');
  return text;
}

function concurrency(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 256.');
}

function encoding(text: string): string {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    throw new InvalidArgumentError('It must be a label such as utf-8 or windows-1252.');
  }
}

function help(): string {
  return `
Formats:
${formats.map(({ name, title }) => `  ${name.padEnd(16)}${printable(title)}`).join('\n')}

Each record is sent with keys made of the data set and the record's id, so that running the same import again as the
same user changes nothing, and continues an import that was interrupted. The file is read once as a whole before
anything is sent. docs/importing.md says how each field is mapped.

Exit codes: 0 everything was taken, ${exitCodeRejected} some records or parts of them were not or are not known to be, 1 the import failed or was interrupted.

Examples:
  inquest import ucdp-ged UCDP-Ukraine_2023-02-03.csv
  inquest import ucdp-ged GEDEvent_v23_1.csv --as-of 2023-06-05 --report findings.jsonl
  inquest import syrian-archive incidents.json --url https://inquest.example --token-file token
`;
}

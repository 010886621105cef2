import { Command, InvalidArgumentError } from 'commander';
import { interrupted } from '../interrupted.js';
import { showLine } from '../import/progress-line.js';
import { patiently } from '../import/sending/exchange.js';
import { ImportStopped, InquestClient } from '../import/sending/inquest-client.js';
import { targetOf, type TargetOptions } from '../import/sending/target.js';
import { checkAll, notBegun } from './check.js';
import { allHeld, heldOf } from './held-content.js';
import { progressLine, readable, type Summary, summaryOf } from './report.js';

interface Options extends TargetOptions {
  readonly id?: string;
  readonly olderThan?: number;
  readonly patience: number;
  readonly json?: boolean;
}

const exitCodeBreached = 3;
const dayMs = 24 * 60 * 60 * 1000;

/** `inquest evidence check`. */
export function evidenceCommand(): Command {
  const command = new Command('evidence').description('Looks after the content of evidence.');
  command
    .command('check')
    .description('Has stored content hashed again, and says what is no longer what was stored.')
    .option('--id <id>', 'one item and its working copies (default: all)')
    .option('--older-than <days>', 'only what was last looked at so many days ago, or never', days)
    .option('--data <dir>', 'data folder of a running standalone, for its address and tokens', '.inquest')
    .option('--role <name>', 'whose token of the standalone to use', 'EvidenceCustodian')
    .option('--url <address>', 'address of another server')
    .option('--token-file <file>', 'file with an access token for it')
    .option('--patience <seconds>', 'how long a server that gives no answer is waited for', seconds, 120)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      process.exitCode = await check(options);
    });
  return command;
}

async function check(options: Options): Promise<number> {
  const client = new InquestClient(await targetOf(options), {
    patienceMs: options.patience * 1000,
    exchange: patiently(),
  });
  await client.reach();
  const { id, olderThan } = options;
  const before = olderThan === undefined ? undefined : new Date(Date.now() - olderThan * dayMs).toISOString();
  const contents = await (id === undefined ? allHeld(client, before) : heldOf(client, id, before));
  if (id !== undefined && contents.length === 0 && before === undefined)
    throw new Error(`Inquest holds no content of ${id}`);
  const bytes = contents.reduce((sum, { length }) => sum + length, 0);
  const progress = notBegun();
  const startedAt = performance.now();
  const due = { contents: contents.length, bytes };
  const endProgress = showLine((passed) => progressLine(progress, due, passed));
  let stopped: ImportStopped | undefined;
  try {
    await checkAll(contents, client, progress, interrupted());
  } catch (error) {
    if (!(error instanceof ImportStopped)) throw error;
    // What was found until then must not be lost.
    stopped = error;
  } finally {
    endProgress();
  }
  const passed = (performance.now() - startedAt) / 1000;
  const summary = summaryOf(progress, contents.length, client.retries, passed);
  process.stdout.write(`${options.json ? JSON.stringify(summary) : readable(summary)}\n`);
  if (stopped) process.stderr.write(`inquest: ${stopped.message}\n`);
  return exitCodeOf(summary);
}

/** A breach is the worst that can be told, whatever else went wrong. */
function exitCodeOf({ complete, contents }: Summary): number {
  if (contents.breached > 0) return exitCodeBreached;
  return complete ? 0 : 1;
}

const days = (text: string) => numberIn(text, 0, 36_500);
const seconds = (text: string) => numberIn(text, 0, 86_400);

function numberIn(text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
}

const help = `
Every check is on record in the item's history; content that is not what was stored puts its item in quarantine. What
waits for longest is checked first, two at a time. Inquest also checks by itself, see INQUEST_INTEGRITY_CHECK_DAYS.

Exit codes: 0 all of it is intact, ${exitCodeBreached} a breach was found, 1 not everything could be checked, and no breach was found.

Examples:
  inquest evidence check
  inquest evidence check --older-than 30 --json
  inquest evidence check --id 5f0c8f1e-2a51-4c6c-9b7a-0d9f7c1f3c11
  inquest evidence check --url https://inquest.example --token-file token
`;

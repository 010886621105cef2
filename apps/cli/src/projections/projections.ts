import { Argument, Command } from 'commander';
import { postgresEventStore } from '#event-store-postgres';
import { differencesIn, projections, ReadModels, type RebuildOutcome } from '#read-models';
import { connectionOf } from './connection.js';
import { besideLines, comparisonText, copyProgress, parkedTable, statusTable } from './report.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
}

/** Some events are parked: somebody has to look at them. */
const exitCodeParked = 3;
/** The rows that a rebuild replaced were not what the log says: somebody has to ask what was answered from them. */
const exitCodeDiffered = 4;

/** `inquest projections list|retry|rebuild|…`: how the read models are doing, and putting them right. */
export function projectionsCommand(): Command {
  const name = () => new Argument('<name>', 'the projection').choices(projections.map((one) => one.name));
  const command = new Command('projections')
    .description('Looks after the read models.')
    .addHelpText('after', help);
  withOptions(command.command('list'))
    .description(
      'Position, lag, parked events and speed of each, and the event that each parked stream waits for.',
    )
    .action((options: Options) => run(options, list));
  withOptions(command.command('retry').addArgument(name()))
    .description('Tries parked events again, each stream in order.')
    .action((projection: string, options: Options) =>
      run(options, (models) => retry(models, projection, options)),
    );
  withOptions(command.command('rebuild').addArgument(name()))
    .description(
      'Builds a projection anew while the live rows serve, or goes on where it was interrupted; compares, switches, ' +
        'and keeps what it replaced.',
    )
    .action((projection: string, options: Options) =>
      run(options, (models) => rebuild(models, projection, options)),
    );
  withOptions(command.command('switch-back').addArgument(name()))
    .description(
      'Lets what the last rebuild replaced serve again, and keeps the other; twice changes nothing.',
    )
    .action((projection: string, options: Options) =>
      run(options, (models) => switchBack(models, projection, options)),
    );
  withOptions(command.command('drop-old').addArgument(name()))
    .description('Ends what the last rebuild replaced, which is kept and fed until then.')
    .action((projection: string, options: Options) =>
      run(options, (models) => dropOld(models, projection, options)),
    );
  return command;
}

function withOptions(command: Command): Command {
  return command
    .option(
      '--data <dir>',
      'data folder of a running standalone, unless the environment names servers',
      '.inquest',
    )
    .option('--json', 'print the result as JSON');
}

/** Opens the read models for one command. They are not migrated: that is for what serves them. */
async function run(
  options: Options,
  work: (models: ReadModels, options: Options) => Promise<number>,
): Promise<void> {
  const { postgresUrl, postgresOwnerUrl } = await connectionOf(options.data);
  const store = postgresEventStore({ url: postgresUrl });
  try {
    const models = await ReadModels.open({
      url: postgresUrl,
      ownerUrl: postgresOwnerUrl,
      store,
      migrate: false,
    });
    try {
      process.exitCode = await work(models, options);
    } finally {
      await models.stop();
    }
  } finally {
    await store.close();
  }
}

async function list(models: ReadModels, { json }: Options): Promise<number> {
  const all = await models.status();
  const beside = await models.statusBeside();
  const first = await models.firstParked();
  const listed = [...all, ...beside];
  print(
    json
      ? listed.map(({ position, lag, ...status }) => ({
          ...status,
          position: String(position),
          lag: String(lag),
          parkedStreams: first.filter(({ projection }) => projection === status.name),
        }))
      : [
          statusTable(listed),
          ...(beside.length > 0 ? [besideLines(beside)] : []),
          ...(first.length > 0 ? [parkedTable(first)] : []),
        ].join('\n\n'),
  );
  return all.some(({ parked }) => parked > 0) ? exitCodeParked : 0;
}

async function retry(models: ReadModels, projection: string, { json }: Options): Promise<number> {
  const { processed, stillParked } = await models.retry(projection);
  print(
    json
      ? { projection, processed, stillParked }
      : `Events processed: ${processed}, still parked: ${stillParked}`,
  );
  return stillParked > 0 ? exitCodeParked : 0;
}

async function rebuild(models: ReadModels, projection: string, { json }: Options): Promise<number> {
  const progress = copyProgress();
  const takenApart: string[] = [];
  const outcome = await models
    .rebuild(projection, {
      progress: progress.show,
      takenApart: ({ name, message }) => takenApart.push(`${name}: ${message}`),
    })
    .finally(progress.end);
  for (const why of takenApart)
    process.stderr.write(`Events could not be taken in together, and were one batch at a time: ${why}\n`);
  print(json ? rebuiltJson(projection, outcome) : rebuiltText(projection, outcome));
  if (differencesIn(outcome.comparison).length > 0) return exitCodeDiffered;
  return outcome.parked > 0 ? exitCodeParked : 0;
}

const rateOf = ({ events, durationMs }: RebuildOutcome) =>
  Math.round(events / Math.max(durationMs / 1000, 0.001));

function rebuiltJson(projection: string, outcome: RebuildOutcome): object {
  const { position, continuedFrom, events, parked, comparison, durationMs } = outcome;
  return {
    projection,
    position: String(position),
    continuedFrom: String(continuedFrom),
    ...{ events, parked, seconds: durationMs / 1000, eventsPerSecond: rateOf(outcome) },
    comparison:
      'tables' in comparison ? { ...comparison, position: String(comparison.position) } : comparison,
  };
}

function rebuiltText(projection: string, outcome: RebuildOutcome): string {
  const { position, continuedFrom, events, parked, comparison, durationMs } = outcome;
  const from = continuedFrom === 0n ? '' : `, gone on with from position ${continuedFrom}`;
  return [
    `${projection} rebuilt up to position ${position}${from}: ${events} events in ${(durationMs / 1000).toFixed(1)} s ` +
      `(${rateOf(outcome)} events/s), ${parked} parked`,
    comparisonText(comparison),
    `They are kept as ${projection}_old until drop-old or the next rebuild; switch-back lets them serve again.`,
  ].join('\n');
}

async function switchBack(models: ReadModels, projection: string, { json }: Options): Promise<number> {
  const progress = copyProgress();
  const { position, parked } = await models.switchBack(projection, progress.show).finally(progress.end);
  print(
    json
      ? { projection, position: String(position), parked }
      : `${projection} serves what a rebuild had replaced, up to position ${position}, ${parked} parked`,
  );
  return parked > 0 ? exitCodeParked : 0;
}

async function dropOld(models: ReadModels, projection: string, { json }: Options): Promise<number> {
  await models.dropOld(projection);
  print(json ? { projection, dropped: `${projection}_old` } : `${projection}_old is dropped`);
  return 0;
}

function print(result: string | object): void {
  process.stdout.write(`${typeof result === 'string' ? result : JSON.stringify(result)}\n`);
}

const help = `
The servers are those that INQUEST_POSTGRES_URL and INQUEST_POSTGRES_OWNER_URL name, or else those of the standalone that
runs on --data. Commands may run while Inquest serves. One that changes what serves does so in one transaction.

A rebuild that is interrupted, or killed, leaves the live rows serving; the same command goes on where it was. Before it
switches it compares each table with the rows that serve, at one position of the log, unless another version made them or
other events are parked in them. Where they differ, the rows that served were wrong: not what the log says. The rebuilt
ones take their place all the same, and the exit code is ${exitCodeDiffered}: ask what was answered from them, and whether more than this view
was tampered with or damaged. They are kept as NAME_old.

NAME_old is fed as the live rows are, by processes of the version that made it. switch-back lets it serve again, also
from that version's command line after an upgrade was taken back; drop-old ends it, as does the next rebuild.

Exit codes: 0 done, ${exitCodeParked} events are parked, ${exitCodeDiffered} rebuilt, and the rows that served were wrong, 1 the command failed.

Examples:
  inquest projections list
  inquest projections rebuild case_board
  inquest projections switch-back case_board
  inquest projections retry statistics --json
`;

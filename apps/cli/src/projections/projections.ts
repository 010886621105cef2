import { Argument, Command } from 'commander';
import { postgresEventStore } from '#event-store-postgres';
import { projections, ReadModels } from '#read-models';
import { connectionOf } from './connection.js';
import { parkedTable, rebuildProgress, statusTable } from './report.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
}

/** Some events are parked: somebody has to look at them. */
const exitCodeParked = 3;

/** `inquest projections list|retry|rebuild`: how the read models are doing, and putting them right. */
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
    .description('Builds a projection anew from the first event while the old one serves, then switches.')
    .action((projection: string, options: Options) =>
      run(options, (models) => rebuild(models, projection, options)),
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
  const first = await models.firstParked();
  print(
    json
      ? all.map(({ position, lag, ...status }) => ({
          ...status,
          position: String(position),
          lag: String(lag),
          parkedStreams: first.filter(({ projection }) => projection === status.name),
        }))
      : [statusTable(all), ...(first.length > 0 ? [parkedTable(first)] : [])].join('\n\n'),
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
  const progress = rebuildProgress();
  try {
    const { position, events, parked, durationMs } = await models.rebuild(projection, (at) =>
      progress.show(at),
    );
    progress.end();
    const seconds = durationMs / 1000;
    const rate = Math.round(events / Math.max(seconds, 0.001));
    print(
      json
        ? { projection, position: String(position), events, parked, seconds, eventsPerSecond: rate }
        : `${projection} rebuilt up to position ${position}: ${events} events in ${seconds.toFixed(1)} s ` +
            `(${rate} events/s), ${parked} parked`,
    );
    return parked > 0 ? exitCodeParked : 0;
  } finally {
    progress.end();
  }
}

function print(result: string | object): void {
  process.stdout.write(`${typeof result === 'string' ? result : JSON.stringify(result)}\n`);
}

const help = `
The servers are those that INQUEST_POSTGRES_URL and INQUEST_POSTGRES_OWNER_URL name, or else those of the standalone that
runs on --data. Commands may run while Inquest serves; a rebuild that is interrupted leaves the old rows serving.

Exit codes: 0 done, ${exitCodeParked} events are parked, 1 the command failed.

Examples:
  inquest projections list
  inquest projections rebuild case_board
  inquest projections retry statistics --json
`;

import { Command } from 'commander';
import { readConfig, required } from '#config';
import {
  applyTopics,
  checkTopics,
  kafkaBroker,
  kafkaConnection,
  type MessageBroker,
  type TopicDescription,
  type TopicDifference,
  topicSettings,
  topicsOf,
} from '#messaging';

interface Options {
  readonly json?: boolean;
  readonly shortenRetention?: boolean;
}

/** Something is not as it has to be. */
const exitCodeDifferent = 3;

/** `inquest topics apply|check`: the topics on Kafka, as the configuration wants them. */
export function topicsCommand(): Command {
  const command = new Command('topics')
    .description('Looks after the topics on Kafka.')
    .addHelpText('after', help);
  withOptions(command.command('check'))
    .description('Says how the topics differ from what they have to be.')
    .action((options: Options) => run(options, check));
  withOptions(command.command('apply'))
    .description('Makes topics that are missing, and puts their settings right.')
    .option(
      '--shorten-retention',
      'shorten a retention, too, where one has become shorter: older records are deleted',
    )
    .action((options: Options) => run(options, apply));
  return command;
}

const withOptions = (command: Command): Command => command.option('--json', 'print the result as JSON');

type Work = (
  broker: MessageBroker,
  wanted: readonly TopicDescription[],
  options: Options,
) => Promise<{ readonly applied: readonly TopicDifference[]; readonly left: readonly TopicDifference[] }>;

const check: Work = async (broker, wanted) => ({ applied: [], left: await checkTopics(broker, wanted) });
const apply: Work = applyTopics;

async function run(options: Options, work: Work): Promise<void> {
  const config = required(readConfig(), 'kafkaBrokers');
  const broker = kafkaBroker(kafkaConnection(config, 'inquest-cli'));
  const wanted = topicsOf(topicSettings(config));
  const { applied, left } = await work(broker, wanted, options);
  process.exitCode = left.length > 0 ? exitCodeDifferent : 0;
  const names = wanted.map(({ name }) => name);
  process.stdout.write(
    options.json ? `${JSON.stringify({ topics: names, applied, left })}\n` : report(names, applied, left),
  );
}

function report(
  names: readonly string[],
  applied: readonly TopicDifference[],
  left: readonly TopicDifference[],
): string {
  const lines = [
    ...applied.map(({ topic, difference }) => `${topic} ${past(difference)}: put right`),
    ...left.map(({ topic, difference }) => `${topic} ${difference}`),
    left.length > 0
      ? [`Differences: ${left.length}.`, ...remediesOf(left)].join(' ')
      : `${names.length} topics are as they have to be.`,
  ];
  return `${lines.join('\n')}\n`;
}

function remediesOf(left: readonly TopicDifference[]): string[] {
  return [
    ...(left.some(({ isApplicable }) => isApplicable)
      ? ['inquest topics apply puts right what it can.']
      : []),
    ...(left.some(({ isLossy }) => isLossy) ? [lossy] : []),
    ...(left.some(({ isApplicable, isLossy }) => !isApplicable && !isLossy) ? [byHand] : []),
  ];
}

const lossy =
  'A shorter retention deletes what is older, for ever: inquest topics apply --shorten-retention does that.';
const byHand =
  'Partitions and replicas are not changed here: the order of a stream depends on the first, and brokers are moved by who runs them.';

const past = (difference: string): string => difference.replace(/^is /, 'was ').replace(/^has /, 'had ');

const help = `
The cluster is the one that INQUEST_KAFKA_BROKERS names; how many replicas, partitions and days of retention comes from the
variables INQUEST_KAFKA_… of docs/configuration.md. Relays refuse to start while topics differ. Nothing on a topic is lost
by either command, but by apply --shorten-retention: what is older than a shorter retention is deleted. Both can be repeated.

Exit codes: 0 as it has to be, ${exitCodeDifferent} something differs, 1 the command failed.

Examples:
  inquest topics apply
  inquest topics check --json
`;

import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

/** What `npm start -- …` was given. */
export interface Options {
  /** Port of the API on loopback; 0 takes a free one. */
  readonly port: number;
  /** Absolute path of the data folder. */
  readonly data: string;
  /** No demonstration case. */
  readonly empty: boolean;
  /** One line of JSON on standard output when ready, everything else on standard error. */
  readonly json: boolean;
}

/** Reads the arguments; prints help or what is wrong with them and exits when there is nothing to start. */
export function readOptions(argv: readonly string[], configuredPort: number): Options {
  const { port, data, empty, json } = new Command('npm start --')
    .description(
      'Runs all of Inquest in one process, on a PostgreSQL of its own, with demo users on loopback.',
    )
    .option('--port <number>', 'port of the API; 0 takes a free one', portNumber, configuredPort)
    .option('--data <folder>', 'database, keys and tokens; made when missing', '.inquest')
    .option('--empty', 'load no demonstration case into an empty data folder', false)
    .option('--json', 'print one line of JSON when ready: url, docs, data, tokens', false)
    .addHelpText(
      'after',
      '\nExamples:\n  npm start -- --port 4100 --data ./case-data\n  npm -s start -- --json --empty',
    )
    .parse([...argv], { from: 'user' })
    .opts<{ port: number; data: string; empty: boolean; json: boolean }>();
  return { port, data: resolve(data), empty, json };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

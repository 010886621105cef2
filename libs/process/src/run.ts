import { inspect } from 'node:util';
import { type Config, InvalidConfiguration, readConfig } from '#config';
import { onStopSignal } from './stop-signals.js';
import { stopAll, type Stops } from './stops.js';

/**
 * Runs a role as a process of its own: starts it with the configuration of the environment, and stops it in order when a
 * signal says so. Whatever keeps it from starting is one line for whoever started it, and the end with exit code 1; what
 * was started until then ends with the process.
 */
export async function run(start: (config: Config) => Promise<Stops>): Promise<never> {
  try {
    const config = readConfig();
    const told = new Promise<void>((stop) => {
      onStopSignal(stop);
      // Whoever started it over a channel of Node is gone when the channel closes, however it ended.
      process.once('disconnect', stop);
    });
    // Told to stop before it has started, it has promised nothing to anybody, and just ends.
    const stops = await Promise.race([start(config), told.then(() => [])]);
    await told;
    await stopAll(stops, config.stopTimeoutMs).catch((error: unknown) =>
      fail(error, 'Inquest has stopped, but '),
    );
    process.exit(0);
  } catch (error) {
    fail(error, error instanceof InvalidConfiguration ? '' : 'Inquest cannot run: ');
  }
}

/** What hangs, a database that is silent for instance, must not keep it. */
function fail(error: unknown, lead: string): never {
  process.stderr.write(`${lead}${wordsOf(error)}\n`);
  process.exit(1);
}

/** With the stack where it can only be our own mistake. */
function wordsOf(error: unknown): string {
  return error instanceof Error && !(error instanceof TypeError) ? error.message : inspect(error);
}

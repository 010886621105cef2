import type { ProcessObserver, RunnerObserver } from '#read-models';
import type { Logger } from '#telemetry';

const poisonLoggedMax = 10;

/** For the runners of projections and process managers: says in the log what somebody has to look at. */
export function projectionLog(logger: Logger): RunnerObserver & ProcessObserver {
  return {
    interrupted: ({ projection, error }) => logger.error({ projection, error }, 'a projection waits'),
    failed: ({ projection, error: thrown, events, parked }) => {
      const error = kindOf(thrown);
      const poison = parked.filter(({ fault }) => fault !== null).slice(0, poisonLoggedMax);
      if (parked.length === 0) logger.warn({ projection, error, events }, 'a batch was taken in by parts');
      else logger.error({ projection, error, parked: parked.length, poison }, 'a projection parked events');
    },
    postponed: ({ projection, target, attempts, error }) =>
      logger.warn({ projection, target, attempts, error }, 'a process tries again later'),
    refused: ({ projection, target, attempts, error }) =>
      logger.error({ projection, target, attempts, error }, 'a process parked an event'),
  };
}

/** Name and SQLSTATE. The message may quote an event, as PostgreSQL's do: `inquest projections list` shows it. */
const kindOf = (error: Error) => ({ name: error.name, ...('code' in error && { code: error.code }) });

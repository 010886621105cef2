import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Health, Logger } from '#telemetry';
import type { OpenStreams } from '../queries/open-streams.js';
import type { SilentConnections } from './silent-connections.js';

export interface Stopping {
  readonly health: Health;
  readonly streams: OpenStreams;
  readonly silent: SilentConnections;
  readonly logger: Logger;
  readonly timeoutMs: number;
}

/** A proxy that keeps connections is told on each answer to let go of it; this is the time for that. */
const lingerMsMax = 500;
const lookMs = 20;

/**
 * Readiness goes first, then event streams end, then connections are given up as they are answered, then those over which
 * nothing was asked are ended, and the server takes no new one and answers what is under way. After the time is up what
 * is left is cut off: its outcome is then unknown to the caller, whose key finds out.
 */
export async function stop(
  app: NestFastifyApplication,
  { health, streams, silent, logger, timeoutMs }: Stopping,
): Promise<void> {
  health.drain();
  streams.stop();
  const deadline = setTimeout(() => {
    logger.warn(
      { timeoutMs },
      'requests were still under way at the end of the time to stop; they are cut off',
    );
    app.getHttpServer().closeAllConnections();
  }, timeoutMs);
  try {
    await connectionsGivenUp(app, Math.min(lingerMsMax, timeoutMs / 2));
    silent.close();
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}

/** To close an idle connection is to fail the request that is on its way over it; better that the client closes it. */
async function connectionsGivenUp(app: NestFastifyApplication, msMax: number): Promise<void> {
  const until = Date.now() + msMax;
  while ((await connectionsOf(app)) > 0 && Date.now() < until) await delay(lookMs);
}

function connectionsOf(app: NestFastifyApplication): Promise<number> {
  return new Promise((resolve, reject) => {
    app
      .getHttpServer()
      .getConnections((error: Error | null, count: number) => (error ? reject(error) : resolve(count)));
  });
}

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Health, Logger } from '#telemetry';
import type { OpenStreams } from '../queries/open-streams.js';

export interface Stopping {
  readonly health: Health;
  readonly streams: OpenStreams;
  readonly logger: Logger;
  readonly timeoutMs: number;
}

/**
 * Readiness goes first, then event streams end, then the server takes no new connection and answers what is under way.
 * After the time is up what is left is cut off: its outcome is then unknown to the caller, whose key finds out.
 */
export async function stop(
  app: NestFastifyApplication,
  { health, streams, logger, timeoutMs }: Stopping,
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
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}

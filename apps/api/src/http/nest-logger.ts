import type { LoggerService } from '@nestjs/common';
import type { Logger } from '#telemetry';

/** What Nest says about itself, in our log. Its account of the start is of interest to nobody but developers. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug(textOf(message));
  }

  debug(message: unknown): void {
    this.logger.debug(textOf(message));
  }

  verbose(message: unknown): void {
    this.logger.trace(textOf(message));
  }

  warn(message: unknown): void {
    this.logger.warn(textOf(message));
  }

  error(message: unknown): void {
    this.logger.error({ err: message instanceof Error ? message : undefined }, textOf(message));
  }

  fatal(message: unknown): void {
    this.logger.fatal({ err: message instanceof Error ? message : undefined }, textOf(message));
  }
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : 'said something without words';
}

import { Inject, Injectable } from '@nestjs/common';
import type { Receipt, UseCase } from '#event-sourcing';
import type { ProtectedData } from '#protected-data';
import { Problem, problemOf } from '../problems/problem.js';
import { protectedDataToken } from '../tokens.js';

/**
 * What has to be done outside the log once a command is on record. It is done again whenever the command is repeated,
 * and at every start of the process, so that nothing is left over by whatever ended it in between.
 */
@Injectable()
export class Aftermath {
  constructor(@Inject(protectedDataToken) private readonly protectedData: ProtectedData) {}

  /** Rejects with a problem that says that the command itself stands. */
  async of({ name }: UseCase, { stream }: Receipt): Promise<void> {
    if (name !== 'ApproveErasure') return;
    try {
      await this.protectedData.erase(stream);
    } catch (cause) {
      const detail =
        'The erasure is on record and nothing can be unsealed any more, but the key could not be destroyed yet. Send the ' +
        'command again with the same key, or start the process again.';
      const { details } = problemOf(cause);
      throw new Problem('unavailable', { ...details, detail, tookEffect: 'unknown' }, { cause });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { recordRefusal } from '#domain';
import { type Asked, CommandHandler, derivedId, streamOf } from '#event-sourcing';
import { problemOf } from '../problems/problem.js';

/** Puts the refusals of sensitive commands on record, before anybody is told of them. */
@Injectable()
export class RefusalRecord {
  constructor(private readonly kernel: CommandHandler) {}

  /**
   * Each time it is refused is a refusal of its own, also under the same key; `spanId` tells them apart. Rejects with a
   * problem that says that the command itself took no effect.
   */
  async keep({ useCase, id, ...asked }: Asked, code: string, spanId: string): Promise<void> {
    const { category } = useCase.aggregate;
    const subjectId = id ?? derivedId('aggregate', category, asked.commandId);
    const kept = this.kernel.handle({
      useCase: recordRefusal,
      id: subjectId,
      command: { subject: streamOf(category, subjectId), command: useCase.name, code },
      commandId: derivedId('refusal', asked.commandId, spanId),
      causationId: asked.commandId,
      correlationId: asked.correlationId,
      actor: asked.actor,
    });
    await kept.catch((failure: unknown) => {
      // Whether the refusal is on record may be unknown; the command itself was refused and is not.
      throw problemOf(failure).withoutEffect();
    });
  }
}

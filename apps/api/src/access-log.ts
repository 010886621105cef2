import { Injectable } from '@nestjs/common';
import type { Caller } from '#access';
import { RecordAccess, recordAccess } from '#domain';
import { CommandHandler, derivedId, idOf } from '#event-sourcing';
import { actorOf } from './commands/carry-out.js';
import { problemOf } from './problems/problem.js';

/** One reading of protected material. */
export interface Access {
  readonly caller: Caller;
  /** Of the request; no two have the same. */
  readonly trace: { readonly traceId: string; readonly spanId: string };
  readonly command: { readonly [K in keyof RecordAccess]: RecordAccess[K] };
}

/** Who read what that is protected. It is on record before anything is given out: without the record, nothing is. */
@Injectable()
export class AccessLog {
  constructor(private readonly kernel: CommandHandler) {}

  /** Rejects with a problem where it could not be recorded, or where nobody knows whether it was. */
  async note({ caller, trace, command }: Access): Promise<void> {
    const noted = this.kernel.handle({
      useCase: recordAccess,
      id: idOf(command.subject),
      command: Object.assign(new RecordAccess(), command),
      commandId: derivedId('access', trace.traceId, trace.spanId),
      correlationId: trace.traceId,
      actor: actorOf(caller),
    });
    await noted.catch((failure: unknown) => {
      throw problemOf(failure);
    });
  }
}

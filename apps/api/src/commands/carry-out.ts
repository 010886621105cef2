import { Command, CommandHandler as Handles, type ICommandHandler } from '@nestjs/cqrs';
import type { Caller } from '#access';
import { recordRefusal } from '#domain';
import {
  type Actor,
  type Asked,
  CommandHandler,
  commandId,
  derivedId,
  type Receipt,
  Refused,
  streamOf,
  type UseCase,
} from '#event-sourcing';
import { Permission } from '../permission.js';
import { notFound, problemOf } from '../problems/problem.js';
import { isId, kindOf } from '../resources.js';

/** Any command of any use case on its way from the edge: what, to which aggregate, by whom, under which key. */
export class CarryOut extends Command<Receipt> {
  constructor(
    readonly useCase: UseCase,
    /** Undefined for a use case that creates. */
    readonly id: string | undefined,
    readonly command: object,
    readonly caller: Caller,
    readonly request: {
      /** The concrete path: with the key it identifies the command among the caller's. */
      readonly path: string;
      readonly idempotencyKey: string;
      readonly expectedRevision: number | undefined;
      readonly traceId: string;
      /** Differs from every other request. */
      readonly spanId: string;
    },
  ) {
    super();
  }
}

/**
 * The one handler of all commands: asks the policy, hands the command to the kernel, and puts the refusal of a
 * sensitive command on record before anybody is told of it.
 */
@Handles(CarryOut)
export class CarryOutHandler implements ICommandHandler<CarryOut> {
  constructor(
    private readonly kernel: CommandHandler,
    private readonly permission: Permission,
  ) {}

  async execute({ useCase, id, command, caller, request }: CarryOut): Promise<Receipt> {
    const { name, aggregate, creates, sensitive } = useCase;
    if (creates) this.permission.demandOfArchive(caller, name);
    else if (id === undefined || !isId(id)) throw notFound();
    const kind = kindOf(aggregate);
    const asked = {
      useCase,
      command,
      ...(id === undefined ? {} : { id }),
      commandId: commandId({
        issuer: caller.issuer,
        subject: caller.subject,
        onBehalfOf: caller.onBehalfOf,
        method: 'POST',
        path: request.path,
        key: request.idempotencyKey,
      }),
      actor: actorOf(caller),
      expectedRevision: request.expectedRevision,
      correlationId: request.traceId,
      denies: creates ? undefined : (state: unknown) => this.permission.denial(caller, name, kind, state),
    } satisfies Asked;
    try {
      return await this.kernel.handle(asked);
    } catch (error) {
      if (!sensitive || !(error instanceof Refused)) throw error;
      await this.#recordRefusal(asked, error.code, request.spanId).catch((failure: unknown) => {
        // Whether the refusal is on record may be unknown; the command itself was refused and is not.
        throw problemOf(failure).withoutEffect();
      });
      throw error;
    }
  }

  /** Each time it is refused is a refusal of its own, also under the same key. */
  async #recordRefusal({ useCase, id, ...asked }: Asked, code: string, spanId: string): Promise<void> {
    const { category } = useCase.aggregate;
    const subjectId = id ?? derivedId('aggregate', category, asked.commandId);
    await this.kernel.handle({
      useCase: recordRefusal,
      id: subjectId,
      command: { subject: streamOf(category, subjectId), command: useCase.name, code },
      commandId: derivedId('refusal', asked.commandId, spanId),
      causationId: asked.commandId,
      correlationId: asked.correlationId,
      actor: asked.actor,
    });
  }
}

export function actorOf({ subject, roles, onBehalfOf }: Caller): Actor {
  return { subject, roles, ...(onBehalfOf === undefined ? {} : { onBehalfOf }) };
}

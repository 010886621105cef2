import { Command, CommandHandler as Handles, type ICommandHandler } from '@nestjs/cqrs';
import type { Caller } from '#access';
import {
  type Actor,
  type Asked,
  CommandHandler,
  commandId,
  type Receipt,
  Refused,
  type UseCase,
} from '#event-sourcing';
import { Permission } from '../permission.js';
import { notFound } from '../problems/problem.js';
import { isId, kindOf } from '../resources.js';
import { Aftermath } from './aftermath.js';
import { RefusalRecord } from './refusal-record.js';

/** Any command of any use case on its way from the edge: what, to which aggregate, by whom, under which key. */
export class CarryOut extends Command<Receipt> {
  constructor(
    readonly useCase: UseCase,
    /** Undefined for a use case that creates. */
    readonly id: string | undefined,
    readonly command: object,
    readonly caller: Caller,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

/** The request that a command came with. */
export interface CommandRequest {
  readonly method: 'POST' | 'PUT';
  /** The concrete path: with the key it identifies the command among the caller's. */
  readonly path: string;
  readonly idempotencyKey: string;
  readonly expectedRevision: number | undefined;
  readonly traceId: string;
  /** Differs from every other request. */
  readonly spanId: string;
}

/** What the kernel is told of whoever asks, and of the request. */
export function askedBy(caller: Caller, request: CommandRequest) {
  return {
    commandId: commandId({
      issuer: caller.issuer,
      subject: caller.subject,
      onBehalfOf: caller.onBehalfOf,
      method: request.method,
      path: request.path,
      key: request.idempotencyKey,
    }),
    actor: actorOf(caller),
    expectedRevision: request.expectedRevision,
    correlationId: request.traceId,
  } satisfies Partial<Asked>;
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
    private readonly refusals: RefusalRecord,
    private readonly aftermath: Aftermath,
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
      ...askedBy(caller, request),
      denies: creates ? undefined : (state: unknown) => this.permission.denial(caller, name, kind, state),
    } satisfies Asked;
    try {
      const receipt = await this.kernel.handle(asked);
      await this.aftermath.of(useCase, receipt);
      return receipt;
    } catch (error) {
      if (sensitive && error instanceof Refused) await this.refusals.keep(asked, error.code, request.spanId);
      throw error;
    }
  }
}

/** Who acts, as events say it. */
export function actorOf({ subject, roles, onBehalfOf }: Caller): Actor {
  return { subject, roles, ...(onBehalfOf === undefined ? {} : { onBehalfOf }) };
}

import {
  Body,
  Controller,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  type Type as Class,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { examples } from '#domain';
import type { UseCase } from '#event-sourcing';
import { type HeaderDocument, Operation } from '../http/operation.js';
import { callerOf } from '../http/request-hooks.js';
import { traceIn } from '../http/request-trace.js';
import { problemOf } from '../problems/problem.js';
import { kindOf, type ResourceKind } from '../resources.js';
import { CarryOut } from './carry-out.js';
import { bodySchema, CommandPipe } from './command-body.js';
import { commandHeaders, commandProblems, expectedRevisionOf, idempotencyKeyOf } from './command-headers.js';
import { ReceiptBody, receiptBody, receiptHeaders, setReceiptHeaders } from './receipt.js';

/** What /docs offers to try, by the name of the use case. */
const exampleOf: ReadonlyMap<string, object> = new Map(Object.entries(examples));

/** `LinkEvidence` → `link-evidence`. */
export function kebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase();
}

/** One controller per kind of resource, with one route per use case of the list. */
export function commandControllers(useCases: readonly UseCase[]): Class[] {
  const kinds = new Set(useCases.map(({ aggregate }) => kindOf(aggregate)));
  return [...kinds].map((kind) =>
    commandController(
      kind,
      useCases.filter(({ aggregate }) => kindOf(aggregate) === kind),
    ),
  );
}

function commandController(kind: ResourceKind, useCases: readonly UseCase[]): Class {
  class Commands {
    constructor(readonly commandBus: CommandBus) {}
  }
  Inject(CommandBus)(Commands, undefined, 0);
  for (const useCase of useCases) addRoute(Commands, kind, useCase);
  Controller(`v1/${kind.path}`)(Commands);
  Object.defineProperty(Commands, 'name', { value: `${kind.path}Commands` });
  return Commands;
}

function addRoute(controller: Class<{ commandBus: CommandBus }>, kind: ResourceKind, useCase: UseCase): void {
  const { name, creates } = useCase;
  const prototype: object = controller.prototype;
  const example = exampleOf.get(name);
  Object.defineProperty(prototype, name, { value: route(useCase, kind), writable: true, configurable: true });
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (!descriptor) throw new Error(`${name} was not defined`);

  // What decorators would do, if the method stood in a source file.
  Req()(prototype, name, 0);
  Res({ passthrough: true })(prototype, name, 1);
  Body(new CommandPipe(useCase))(prototype, name, 2);
  if (!creates) Param('id')(prototype, name, 3);
  Post(creates ? '' : `:id/${kebab(name)}`)(prototype, name, descriptor);
  HttpCode(creates ? 201 : 200)(prototype, name, descriptor);
  Operation({
    id: name,
    tag: kind.path,
    summary: name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    access: [name],
    headers: commandHeaders,
    body: bodySchema(useCase),
    ...(example === undefined ? {} : { bodyExample: example }),
    answers: [
      {
        status: creates ? 201 : 200,
        description: creates ? `The ${kind.noun} is on record.` : 'Done, or already so.',
        content: { 'application/json': ReceiptBody },
        headers: creates ? { Location: locationHeader, ...receiptHeaders } : receiptHeaders,
      },
    ],
    problems: [...commandProblems, ...(creates ? [] : (['not-found'] as const))],
    isCommand: true,
  })(prototype, name, descriptor);
}

/** The method of the controller. It takes its arguments in the order in which `addRoute` declares them. */
function route(useCase: UseCase, { path }: ResourceKind) {
  const action = kebab(useCase.name);
  return async function carryOut(
    this: { commandBus: CommandBus },
    request: FastifyRequest,
    reply: FastifyReply,
    command: object,
    id?: string,
  ): Promise<object> {
    const idempotencyKey = idempotencyKeyOf(request);
    const asked = new CarryOut(useCase, id, command, callerOf(request), {
      method: 'POST',
      path: id === undefined ? `/v1/${path}` : `/v1/${path}/${id}/${action}`,
      idempotencyKey,
      expectedRevision: expectedRevisionOf(request),
      ...traceIn(request),
    });
    try {
      const receipt = await this.commandBus.execute(asked);
      setReceiptHeaders(reply, receipt);
      if (useCase.creates) reply.header('location', `/v1/${path}/${receipt.id}`);
      return receiptBody(receipt);
    } catch (error) {
      throw problemOf(error).ofBegunCommand(idempotencyKey);
    }
  };
}

const locationHeader: HeaderDocument = {
  description: 'Where the new resource is.',
  schema: Type.String({ format: 'uri-reference' }),
};

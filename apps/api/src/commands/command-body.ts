import { ValidationPipe } from '@nestjs/common';
import { type TSchema, Type } from 'typebox';
import { faultsOf, fieldsOf, type UseCase } from '#event-sourcing';
import { invalid } from '../problems/problem.js';

/** Makes the command of a body, or a problem with every fault of it. The body is the command class, and nothing else. */
export function commandPipe({ command }: UseCase): ValidationPipe {
  return new ValidationPipe({
    expectedType: command,
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: true, value: true },
    exceptionFactory: (errors) => invalid(...faultsOf(errors)),
  });
}

/** The schema of the body: the fields as the command class declares them. */
export function bodySchema({ command }: UseCase): TSchema {
  return Type.Object(Object.fromEntries(fieldsOf(command)), { additionalProperties: false });
}

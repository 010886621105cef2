import type { PipeTransform } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { type TSchema, Type } from 'typebox';
import { enclose, faultsOf, fieldsOf, type UseCase } from '#event-sourcing';
import { invalid } from '../problems/problem.js';

/**
 * Makes the command of a body, or a problem with every fault of it. The body is the command class, and nothing else.
 *
 * Nest's own ValidationPipe does the same by way of class-transformer, which copies the body to revive types; the fields
 * of a command are JSON already. It took 9 % of a command's time, this takes 4 %.
 */
export class CommandPipe implements PipeTransform {
  constructor(private readonly useCase: UseCase) {}

  transform(body: unknown): object {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw invalid({ pointer: '', message: 'must be an object' });
    const command = Object.assign(new this.useCase.command(), body);
    const errors = validateSync(command, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
      validationError: { target: true, value: true },
    });
    if (errors.length > 0) throw invalid(faultsOf(errors));
    enclose(command);
    return command;
  }
}

/** The schema of the body: the fields as the command class declares them. */
export function bodySchema({ command }: UseCase): TSchema {
  return Type.Object(Object.fromEntries(fieldsOf(command)), { additionalProperties: false });
}

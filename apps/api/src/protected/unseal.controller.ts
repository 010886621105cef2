import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { aliases, contact, identity, sealedFields, text, witness } from '#domain';
import { faultsBy, trust } from '#event-sourcing';
import { Operation } from '../http/operation.js';
import { callerOf } from '../http/request-hooks.js';
import { traceIn } from '../http/request-trace.js';
import { invalid } from '../problems/problem.js';
import { kindOf } from '../resources.js';
import { unsealAction, UnsealIdentity } from './unseal.js';

const { path } = kindOf(witness);

const asked = Type.Object(
  {
    /** Why it has to be known; kept in the access log. */
    purpose: text(2000),
    fields: Type.Optional(
      Type.Array(Type.Enum([...sealedFields]), {
        minItems: 1,
        maxItems: sealedFields.length,
        uniqueItems: true,
      }),
    ),
  },
  { additionalProperties: false },
);
const faultsIn = faultsBy(asked);

const answer = Type.Object(
  { identity: Type.Optional(identity), contact: Type.Optional(contact), aliases: Type.Optional(aliases) },
  { additionalProperties: false },
);

@Controller(`v1/${path}`)
export class UnsealController {
  constructor(@Inject(QueryBus) private readonly queryBus: QueryBus) {}

  @Post(':id/unseal')
  @HttpCode(200)
  @Operation({
    id: unsealAction,
    tag: path,
    summary: 'Unseal the identity',
    description:
      'Who the witness is and how to reach them. A query, for one role alone; who asked, for what and for which fields ' +
      'is on record in the access log before anything is unsealed.',
    access: [unsealAction],
    body: asked,
    answers: [
      {
        status: 200,
        description: 'The fields that are sealed, in clear. Keep them nowhere.',
        content: { 'application/json': answer },
      },
    ],
    problems: ['refused', 'not-found', 'cannot-unseal'],
  })
  async unseal(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<object> {
    const faults = faultsIn(body);
    if (faults.length > 0) throw invalid(faults);
    // It passed the check of this schema just above.
    const { purpose, fields } = trust<Static<typeof asked>>(body);
    return this.queryBus.execute(
      new UnsealIdentity(id, fields, purpose, callerOf(request), traceIn(request)),
    );
  }
}

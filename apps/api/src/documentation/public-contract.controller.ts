import { readFileSync } from 'node:fs';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { AsyncApiDocument } from '#public-contract';
import { Operation } from '../http/operation.js';
import { eventsPage, eventsPagePolicy } from './events-page.js';

/** What consumers of events rely on: the committed document, so that what is served is what was agreed. */
@Controller()
export class PublicContractController {
  #text: string | undefined;
  #page: string | undefined;

  @Get('asyncapi.json')
  @Operation({
    id: 'ReadAsyncApi',
    tag: 'documentation',
    summary: 'The public topics and their events',
    access: 'anonymous',
    answers: [
      { status: 200, description: 'AsyncAPI 3.0.0.', content: { 'application/json': Type.Object({}) } },
    ],
  })
  document(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.type('application/json; charset=utf-8');
    return this.#document();
  }

  @Get('docs/events')
  @Operation({
    id: 'ReadEventsPage',
    tag: 'documentation',
    summary: 'The public topics and their events, as a page',
    access: 'anonymous',
    answers: [{ status: 200, description: 'The page.', content: { 'text/html': undefined } }],
  })
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.type('text/html; charset=utf-8').header('content-security-policy', eventsPagePolicy);
    return (this.#page ??= this.#made());
  }

  /** Read when it is first asked for: it is made by a run of this program. */
  #document(): string {
    return (this.#text ??= readFileSync(new URL('../../../../docs/asyncapi.json', import.meta.url), 'utf8'));
  }

  #made(): string {
    const document: AsyncApiDocument = JSON.parse(this.#document());
    return eventsPage(document);
  }
}

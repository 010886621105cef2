import { Controller, Get, Inject, Query as QueryParameters, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Caller } from '#access';
import { id, instant } from '#domain';
import type { EventStore } from '#event-sourcing';
import { position } from '../commands/receipt.js';
import { preferred } from '../http/accept.js';
import { Operation } from '../http/operation.js';
import { queryString } from '../http/query-string.js';
import { callerOf, hasLeft } from '../http/request-hooks.js';
import { headersOf } from '../http/send-bytes.js';
import { Permission } from '../permission.js';
import { invalid, Problem } from '../problems/problem.js';
import { eventStoreToken } from '../tokens.js';
import { ReadEvents } from './event-queries.js';
import { type EventStreamOptions, sendEvents } from './event-stream.js';
import { type EventForm, fullForm } from './event-text.js';
import { OpenStreams } from './open-streams.js';
import { publicForm } from './public-form.js';
import { positionIn } from './view-requests.js';

const types = Type.String({
  pattern: '^[A-Z][A-Za-z0-9]{0,99}(,[A-Z][A-Za-z0-9]{0,99}){0,49}$',
  examples: ['EvidenceLinked,EvidenceUnlinked'],
});
const eventsQuery = queryString(
  Type.Object({
    after: Type.Optional(position),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    type: Type.Optional(types),
  }),
);

const event = Type.Object(
  {
    id,
    stream: Type.String(),
    revision: Type.Integer({ minimum: 0 }),
    position,
    type: Type.String(),
    schemaVersion: Type.Integer({ minimum: 1 }),
    recordedAt: instant,
    /** In the public form as `/asyncapi.json` has it. */
    data: Type.Object({}),
    /** Not in the public form. */
    metadata: Type.Optional(Type.Object({})),
  },
  { additionalProperties: false },
);
const eventPage = Type.Object(
  { items: Type.Array(event), next: Type.Union([position, Type.Null()]) },
  { additionalProperties: false },
);

const eventStream = 'text/event-stream';
const heartbeatMs = 15_000;

/** The log itself, for auditors in full, and for other institutions' services in its public form. */
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(QueryBus) private readonly queryBus: QueryBus,
    @Inject(Permission) private readonly permission: Permission,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
    @Inject(eventStoreToken) private readonly store: EventStore,
  ) {}

  @Get()
  @Operation({
    id: 'ReadEvents',
    tag: 'events',
    summary: 'Events in the order of the log',
    description:
      'A page after a position, whose `next` is the position to go on after (null at the end of the log), or with ' +
      '`Accept: text/event-stream` everything after the position and then what comes, until the token expires. ' +
      'Auditors get the full form. Services of other institutions get the public form, as `/docs/events` has it: of the ' +
      'events that leave at all the data that leave, in the newest shape, and no metadata. What is withheld leaves no ' +
      'trace, so a page may be empty and still have a `next`, and a stream sends ids without data to go on after.',
    access: ['ReadEvents', 'ReadPublicEvents'],
    query: eventsQuery.schema,
    headers: {
      'Last-Event-ID': {
        description: 'Of a stream that goes on: the last id that was received.',
        schema: position,
      },
    },
    answers: [
      {
        status: 200,
        description: 'Events, oldest first.',
        content: { 'application/json': eventPage, 'text/event-stream': undefined },
        headers: {
          'Inquest-Position': { description: 'Everything up to here was looked at.', schema: position },
        },
      },
    ],
    problems: ['overloaded', 'view-behind', 'unavailable'],
  })
  async read(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @QueryParameters() query: unknown,
  ): Promise<void> {
    const caller = callerOf(request);
    const form = this.#formFor(caller);
    const { after = '0', limit = 50, type } = eventsQuery.parse(query);
    const received = positionIn(request, 'Last-Event-ID');
    const types = type === undefined ? undefined : new Set(type.split(','));
    const isWanted = (one: string) => form.has(one) && (types?.has(one) ?? true);
    if (preferred(request.headers.accept, ['application/json', eventStream]) === eventStream) {
      const from = received ?? BigInt(after);
      // Asked before the answer begins, so that an outage is a problem and not an empty stream.
      await this.#demandInLog(from, received === undefined ? 'after' : 'Last-Event-ID');
      return this.#stream(request, reply, caller, from, { form, isWanted });
    }
    const page = await this.queryBus.execute(new ReadEvents(BigInt(after), limit, isWanted));
    const items = await form.write(page.events, page.position);
    if (page.events.length === 0 && !page.more) await this.#demandInLog(BigInt(after), 'after');
    const next = page.more ? `"${page.position}"` : 'null';
    await reply
      .header('inquest-position', String(page.position))
      .type('application/json; charset=utf-8')
      .send(`{"items":[${items.map(({ text }) => text).join(',')}],"next":${next}}`);
  }

  /** A position that is not given out yet is somebody's mistake, and not the end of the log. */
  async #demandInLog(at: bigint, parameter: string): Promise<void> {
    if (at > (await this.store.head())) throw invalid({ parameter, message: 'is past the end of the log' });
  }

  #formFor(caller: Caller): EventForm {
    if (this.permission.allowsOfArchive(caller, 'ReadEvents')) return fullForm;
    this.permission.demandOfArchive(caller, 'ReadPublicEvents');
    return publicForm(this.queryBus);
  }

  async #stream(
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Caller,
    after: bigint,
    sent: Pick<EventStreamOptions, 'form' | 'isWanted'>,
  ): Promise<void> {
    reply.type(`${eventStream}; charset=utf-8`);
    if (request.method === 'HEAD') return void reply.send();
    const untilExpiryMs = expiryMs(caller);
    // Whoever left while the log was asked is not told of any more, and would never give a place back.
    if (hasLeft(request, reply)) return void reply.hijack();
    const controller = this.streams.open(caller);
    // An event stream has a bound of its own, and lasts.
    request.place?.giveBack();
    const { signal } = controller;
    const expiry = setTimeout(() => controller.abort(), untilExpiryMs);
    request.raw.once('close', () => controller.abort());
    reply.raw.once('close', () => controller.abort());
    reply.hijack();
    reply.raw.writeHead(200, {
      ...headersOf(reply),
      'x-accel-buffering': 'no',
    });
    try {
      const batches = this.store.subscribe(after, signal);
      await sendEvents(reply.raw, { ...sent, batches, heartbeatMs, signal });
    } finally {
      clearTimeout(expiry);
      controller.abort();
      reply.raw.end();
    }
  }
}

const timerMsMax = 2 ** 31 - 1;

function expiryMs({ expiresAt }: Caller): number {
  const ms = expiresAt.getTime() - Date.now();
  if (ms <= 0) throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } });
  return Math.min(ms, timerMsMax);
}

import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '#access';
import { evidence } from '#domain';
import { type EventStore, metadataOf, type RecordedEvent, streamOf, trust } from '#event-sourcing';
import { lineOf } from '#read-models';
import { AccessLog } from '../access-log.js';
import { preferred } from '../http/accept.js';
import { Operation } from '../http/operation.js';
import { callerOf } from '../http/request-hooks.js';
import { traceIn } from '../http/request-trace.js';

import { ResourceReader } from '../queries/resource-queries.js';
import { kindOf } from '../resources.js';
import { eventStoreToken } from '../tokens.js';
import type { EvidenceEvent } from './custody-periods.js';
import { custodyReport, type CustodyReport, custodyReportOn, type Recorded } from './custody-report.js';
import { custodyReportHtml, reportPolicy } from './custody-report-html.js';

const kind = kindOf(evidence);
const action = 'ReadCustodyReport';
const json = 'application/json';
const page = 'text/html';

/** The chain of custody of one item, for somebody who may read it; the reading is on record before it is given. */
export class MakeCustodyReport extends Query<CustodyReport> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
    readonly trace: { readonly traceId: string; readonly spanId: string },
  ) {
    super();
  }
}

@QueryHandler(MakeCustodyReport)
export class MakeCustodyReportHandler implements IQueryHandler<MakeCustodyReport> {
  constructor(
    private readonly resources: ResourceReader,
    private readonly accesses: AccessLog,
    @Inject(eventStoreToken) private readonly store: EventStore,
  ) {}

  async execute({ id, caller, trace }: MakeCustodyReport): Promise<CustodyReport> {
    const { revision } = await this.resources.now(kind, id, caller, action);
    const stream = streamOf(evidence.category, id);
    const events: Recorded[] = [];
    let position = 0n;
    for await (const recorded of this.store.readStream(stream, { to: revision }))
      for (const event of recorded) {
        events.push(recordedIn(event));
        ({ position } = event);
      }
    const { state } = await this.resources.past(kind, id, { revision });
    await this.accesses.note({
      caller,
      trace,
      command: { subject: stream, material: 'custodyReport', revision },
    });
    // Folded by the aggregate of this kind.
    const item = trust<Parameters<typeof custodyReportOn>[0]['item']>(state);
    const now = new Date().toISOString();
    return custodyReportOn({ id, item, events, position, now, generatedFor: caller.subject });
  }
}

function recordedIn(recorded: RecordedEvent): Recorded {
  const event = evidence.events.decode(recorded);
  const { text, occurredAt } = lineOf(event);
  return {
    revision: recorded.revision,
    eventId: recorded.id,
    recordedAt: recorded.recordedAt,
    actor: metadataOf(recorded).actor,
    // Decoded by the definition of this aggregate's events.
    event: trust<EvidenceEvent>(event),
    line: { text, occurredAt },
  };
}

@Controller(`v1/${kind.path}`)
export class CustodyReportController {
  constructor(@Inject(QueryBus) private readonly queryBus: QueryBus) {}

  @Get(':id/custody-report')
  @Operation({
    id: action,
    tag: kind.path,
    summary: 'Chain of custody',
    description:
      'Who answered for the item from when to when, what that leaves open, and everything that was recorded of it; with ' +
      '`Accept: text/html` as a page to read and to print. Each report is on record in the access log.',
    access: [action],
    answers: [
      {
        status: 200,
        description: 'The report, of the item as it is now.',
        content: { [json]: custodyReport, [page]: undefined },
      },
    ],
    problems: ['not-found'],
  })
  async report(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<unknown> {
    const report = await this.queryBus.execute(
      new MakeCustodyReport(id, callerOf(request), traceIn(request)),
    );
    if (preferred(request.headers.accept, [json, page]) === json) return report;
    reply.type(`${page}; charset=utf-8`).header('content-security-policy', reportPolicy);
    return custodyReportHtml(report);
  }
}

import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { transmissionBlockSchema } from '#domain';
import { Operation } from '../../http/operation.js';
import { callerOf, hasLeft } from '../../http/request-hooks.js';
import { traceIn } from '../../http/request-trace.js';
import { headersOf } from '../../http/send-bytes.js';
import { filesOf } from './package-files.js';
import { writeTar } from './package-tar.js';
import { ReferralPackages } from './referral-packages.js';

const tarType = 'application/x-tar';

/** What a referral hands on, and what keeps it from its recipient. */
@Controller('v1/referrals')
export class ReferralPackageController {
  constructor(@Inject(ReferralPackages) private readonly packages: ReferralPackages) {}

  @Get(':id/blocks')
  @Operation({
    id: 'ReadReferralBlocks',
    tag: 'referrals',
    summary: 'What keeps a referral from its recipient now',
    description:
      'Restrictions that do not permit this recipient, quarantines, missing consents: while there are any it is neither ' +
      'transmitted nor delivered.',
    access: ['ReadReferral'],
    answers: [
      {
        status: 200,
        description: 'All of them; none where it may go.',
        content: {
          'application/json': Type.Object(
            { items: Type.Array(transmissionBlockSchema) },
            { additionalProperties: false },
          ),
        },
      },
    ],
    problems: ['not-found', 'unavailable'],
  })
  async blocks(@Req() request: FastifyRequest, @Param('id') id: string): Promise<object> {
    return { items: await this.packages.blocks(id, callerOf(request)) };
  }

  @Get(':id/package')
  @Operation({
    id: 'ReadReferralPackage',
    tag: 'referrals',
    summary: 'The package of a transmitted referral',
    description:
      'A tar with `manifest.json`, the events and the content that it names, and `SHA256SUMS`; the same bytes each time. ' +
      'Whether anything keeps it from its recipient is looked at anew before the first byte. That it was read is put on ' +
      'record first. An answer that breaks off is no package.',
    access: ['ReadReferralPackage'],
    isTransfer: true,
    answers: [{ status: 200, description: 'The package.', content: { [tarType]: undefined } }],
    problems: ['not-found', 'refused', 'unavailable', 'overloaded'],
  })
  async package(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<void> {
    const caller = callerOf(request);
    const { source, revision } = await this.packages.prepare(id, caller);
    const folder = `referral-${id}`;
    reply.type(tarType).header('content-disposition', `attachment; filename="${folder}.tar"`);
    if (request.method === 'HEAD') return void reply.send();
    // Whoever left meanwhile has read nothing, and would never give a place back.
    if (hasLeft(request, reply)) return void reply.hijack();
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    await this.packages.record(source, revision, caller, traceIn(request));
    reply.hijack();
    reply.raw.writeHead(200, headersOf(reply));
    const modifiedAt = new Date(source.referral.transmission?.transmittedAt ?? 0);
    await writeTar(filesOf(source), reply.raw, { folder, modifiedAt, signal: left.signal });
  }
}

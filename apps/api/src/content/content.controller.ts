import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Put,
  Query as QueryParameters,
  Req,
  Res,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { evidence, fileName, id as idSchema, text } from '#domain';
import {
  commandHeaders,
  commandProblems,
  expectedRevisionOf,
  idempotencyKeyOf,
} from '../commands/command-headers.js';
import { ReceiptBody, receiptBody, receiptHeaders, setReceiptHeaders } from '../commands/receipt.js';
import { octetStream } from '../http/body-parser.js';
import { type HeaderDocument, Operation } from '../http/operation.js';
import { queryString } from '../http/query-string.js';
import { callerOf, hasLeft, headerOf } from '../http/request-hooks.js';
import { traceIn } from '../http/request-trace.js';
import { sendBytes } from '../http/send-bytes.js';
import { problemOf } from '../problems/problem.js';
import { kindOf } from '../resources.js';
import { uploadIdleMsToken } from '../tokens.js';
import { attachment } from './attachment.js';
import { type Download, DownloadContent, tagOf } from './download.js';
import { bodyOf, endAfterAnswer, lengthOf } from './incoming.js';
import { UploadContent } from './upload.js';

const { path } = kindOf(evidence);
/** Of a working copy of the item; without it the item itself. */
const copyId = Type.Optional(idSchema);
const uploadQuery = queryString(
  Type.Object({
    copyId,
    /** What the file was called; kept, and never used as a path. */
    fileName: Type.Optional(fileName),
  }),
);
const downloadQuery = queryString(
  Type.Object({
    copyId,
    /** Why it is read; kept in the access log. */
    purpose: Type.Optional(text(500)),
  }),
);

const downloadHeaders: Readonly<Record<string, HeaderDocument>> = {
  'Accept-Ranges': { description: 'Ranges of bytes can be asked for.', schema: Type.Literal('bytes') },
  'Content-Disposition': { description: 'A file to be saved, never shown.', schema: Type.String() },
  ETag: { description: 'The digest of the content.', schema: Type.String() },
  'Repr-Digest': {
    description: 'The digest of the whole content (RFC 9530), where it is one that HTTP knows.',
    schema: Type.String(),
  },
};

/** The bytes of items of evidence, in and out. */
@Controller(`v1/${path}`)
export class ContentController {
  constructor(
    @Inject(CommandBus) private readonly commandBus: CommandBus,
    @Inject(QueryBus) private readonly queryBus: QueryBus,
    @Inject(uploadIdleMsToken) private readonly idleMs: number,
  ) {}

  @Put(':id/content')
  @HttpCode(200)
  @Operation({
    id: 'UploadContent',
    tag: path,
    summary: 'Upload content',
    description:
      'Streams a file of any size into the content store. It is hashed as it comes, and kept only if its length is ' +
      '`Content-Length` and its digests are those that were registered; otherwise nothing of it is kept, and the ' +
      'refusal names the digest that was computed. An upload that was cut off is sent again from its beginning.',
    access: ['UploadContent'],
    query: uploadQuery.schema,
    headers: commandHeaders,
    upload: true,
    isTransfer: true,
    isCommand: true,
    answers: [
      {
        status: 200,
        description: 'The content is held, or was already.',
        content: { 'application/json': ReceiptBody },
        headers: receiptHeaders,
      },
    ],
    problems: [...commandProblems, 'not-found'],
  })
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
    @QueryParameters() query: unknown,
  ): Promise<object> {
    endAfterAnswer(request, reply);
    const asked = uploadQuery.parse(query);
    const idempotencyKey = idempotencyKeyOf(request);
    const command = new UploadContent(
      id,
      {
        ...bodyOf(request, reply, this.idleMs),
        length: lengthOf(request),
        copyId: asked.copyId,
        fileName: asked.fileName,
      },
      callerOf(request),
      {
        method: 'PUT',
        path: `/v1/${path}/${id}/content${asked.copyId === undefined ? '' : `?copyId=${asked.copyId}`}`,
        idempotencyKey,
        expectedRevision: expectedRevisionOf(request),
        ...traceIn(request),
      },
    );
    try {
      const receipt = await this.commandBus.execute(command);
      setReceiptHeaders(reply, receipt);
      return receiptBody(receipt);
    } catch (error) {
      throw problemOf(error).ofBegunCommand(idempotencyKey);
    }
  }

  @Get(':id/content')
  @Operation({
    id: 'ReadContent',
    tag: path,
    summary: 'Download content',
    description:
      'Streams the content, of which every block is verified before it is sent. Content that is not what was stored ' +
      'is not delivered: the item goes into quarantine, and the connection is cut where bytes were sent already. Each ' +
      'download is on record in the access log before it begins.',
    access: ['ReadContent'],
    query: downloadQuery.schema,
    headers: {
      Range: {
        description: 'One range of bytes, `bytes=0-1023`. Several at once are answered with the whole.',
        schema: Type.String({ examples: ['bytes=0-1023'] }),
      },
      'If-Range': {
        description:
          'The `ETag` of the content that the range continues; the whole is sent if it is another.',
        schema: Type.String(),
      },
    },
    isTransfer: true,
    answers: [
      {
        status: 200,
        description: 'The whole content.',
        content: { [octetStream]: undefined },
        headers: downloadHeaders,
      },
      {
        status: 206,
        description: 'The range.',
        content: { [octetStream]: undefined },
        headers: {
          ...downloadHeaders,
          'Content-Range': { description: 'Which bytes these are.', schema: Type.String() },
        },
      },
    ],
    problems: ['refused', 'range-not-satisfiable', 'not-found'],
  })
  async download(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
    @QueryParameters() query: unknown,
  ): Promise<void> {
    const { copyId: copy, purpose } = downloadQuery.parse(query);
    const gone = new AbortController();
    const leave = () => hasLeft(request, reply) && gone.abort();
    reply.raw.once('close', leave);
    request.raw.once('close', leave);
    const isHead = request.method === 'HEAD';
    const found = await this.queryBus.execute(
      new DownloadContent(
        id,
        {
          copyId: copy,
          range: headerOf(request, 'range'),
          ifRange: headerOf(request, 'if-range'),
          purpose,
          isHead,
          trace: traceIn(request),
          signal: gone.signal,
        },
        callerOf(request),
      ),
    );
    setContentHeaders(reply, found);
    await sendBytes(request, reply, found.bytes);
  }
}

/** Digest algorithms by their names in HTTP (RFC 9530, section 5). */
const httpAlgorithms: Readonly<Record<string, string | undefined>> = {
  'sha-256': 'sha-256',
  'sha-512': 'sha-512',
};

function setContentHeaders(reply: FastifyReply, { content, fileName: name, range }: Download): void {
  const { digest, length } = content;
  const httpAlgorithm = httpAlgorithms[digest.algorithm];
  const size = range === 'whole' ? length : range.end - range.start;
  reply.status(range === 'whole' ? 200 : 206).headers({
    'accept-ranges': 'bytes',
    'content-disposition': attachment(name),
    'content-length': String(size),
    'content-type': octetStream,
    etag: tagOf(content),
    ...(range === 'whole' ? {} : { 'content-range': `bytes ${range.start}-${range.end - 1}/${length}` }),
    ...(httpAlgorithm === undefined
      ? {}
      : { 'repr-digest': `${httpAlgorithm}=:${Buffer.from(digest.value, 'hex').toString('base64')}:` }),
  });
}

import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Caller } from '#access';
import { ContentBreach, type ContentStore } from '#content-store';
import { type Content, evidence, heldContent, ReportBreach, reportBreach } from '#domain';
import { CommandHandler, derivedId, Refused, streamOf } from '#event-sourcing';
import { AccessLog } from '../access-log.js';
import { begun } from '../http/send-bytes.js';
import { Permission } from '../permission.js';
import { notFound, Problem } from '../problems/problem.js';
import { isId, kindOf } from '../resources.js';
import { contentStoreToken } from '../tokens.js';
import { type ByteRange, byteRange } from './byte-range.js';
import { foundBreach } from './finding.js';

/** What is asked of the content of an item, or of a working copy. */
export interface Asked {
  readonly copyId: string | undefined;
  /** The header `Range`. */
  readonly range: string | undefined;
  /** The header `If-Range`: the range continues this content, and is of no use with any other. */
  readonly ifRange: string | undefined;
  readonly purpose: string | undefined;
  /** Only the headers of the answer are wanted. */
  readonly isHead: boolean;
  readonly trace: { readonly traceId: string; readonly spanId: string };
  readonly signal: AbortSignal;
}

export interface Download {
  readonly content: Content;
  /** A name to save it under. */
  readonly fileName: string;
  readonly range: ByteRange | 'whole';
  /** The first of them have come and are what was stored. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The content of an item of evidence for somebody who may read it. */
export class DownloadContent extends Query<Download> {
  constructor(
    readonly id: string,
    readonly asked: Asked,
    readonly caller: Caller,
  ) {
    super();
  }
}

const kind = kindOf(evidence);
/** What the server does by itself, without anybody asking. */
const server = { subject: 'inquest', roles: [] };

/**
 * Gives out verified bytes only, after the reading is on record. Bytes that are not what was stored end the download and
 * put the item in quarantine; only then is the caller told.
 */
@QueryHandler(DownloadContent)
export class DownloadContentHandler implements IQueryHandler<DownloadContent> {
  constructor(
    private readonly kernel: CommandHandler,
    private readonly permission: Permission,
    private readonly accesses: AccessLog,
    @Inject(contentStoreToken) private readonly store: ContentStore,
  ) {}

  async execute({ id, asked, caller }: DownloadContent): Promise<Download> {
    if (!isId(id)) throw notFound();
    const { copyId, purpose, trace, signal } = asked;
    const found = await this.kernel.inspect(evidence, id, ({ state, revision }) => {
      this.permission.demand(caller, 'ReadContent', kind, state);
      const content = heldContent(state, copyId);
      return structuredClone({ content, revision, exhibitNumber: state.exhibitNumber });
    });
    if (found === undefined) throw notFound();
    const { content, revision, exhibitNumber } = found;
    const isSame = asked.ifRange === undefined || asked.ifRange === tagOf(content);
    const range = isSame ? byteRange(asked.range, content.length) : 'whole';
    if (range === 'unsatisfiable')
      throw new Problem('range-not-satisfiable', {
        headers: { 'content-range': `bytes */${content.length}` },
      });
    const download = { content, range, fileName: content.fileName ?? nameOf(exhibitNumber, copyId) };
    if (asked.isHead) return { ...download, bytes: none() };
    await this.accesses.note({
      caller,
      trace,
      command: {
        subject: streamOf(evidence.category, id),
        material: 'content',
        revision,
        ...(purpose === undefined ? {} : { purpose }),
      },
    });
    const read = this.store.read(content, range === 'whole' ? undefined : range, signal);
    return { ...download, bytes: await begun(this.#watched(id, copyId, read, trace)) };
  }

  async *#watched(
    id: string,
    copyId: string | undefined,
    bytes: AsyncIterable<Uint8Array>,
    { traceId, spanId }: Asked['trace'],
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes;
    } catch (error) {
      if (!(error instanceof ContentBreach)) throw error;
      await this.kernel.handle({
        useCase: reportBreach,
        id,
        command: Object.assign(new ReportBreach(), {
          ...(copyId === undefined ? {} : { copyId }),
          ...foundBreach(error.breach),
        }),
        commandId: derivedId('breach', traceId, spanId),
        correlationId: traceId,
        actor: server,
      });
      throw new Refused('evidence-quarantined', error.message);
    }
  }
}

/** Strong: the same tag is the same bytes. */
export const tagOf = ({ digest }: Content): string => `"${digest.algorithm}:${digest.value}"`;

const nameOf = (exhibitNumber: string, copyId: string | undefined): string =>
  copyId === undefined ? exhibitNumber : `${exhibitNumber} copy ${copyId}`;

async function* none(): AsyncGenerator<Uint8Array> {
  // A HEAD has no bytes.
}
